"""Of anyio only files and threads: the program may be one of asyncio, as this file shows none."""
import anyio


async def save(upload, path):
    try:
        async with await anyio.open_file(path, "wb") as out:
            await out.write(await upload.read())
    finally:
        await upload.close()


async def run(work, stream):
    try:
        return await anyio.to_thread.run_sync(work)
    finally:
        await stream.send(b"bye")
