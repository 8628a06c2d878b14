"""A file of asyncio that uses anyio here and there."""

import asyncio

import anyio


async def of_asyncio(writer):
    try:
        await asyncio.sleep(1)
    finally:
        await writer.wait_closed()


async def of_anyio(stream):
    try:
        with anyio.fail_after(5):
            await stream.receive()
    finally:
        await stream.send(b"bye")  # expect: cancel-cleanup


async def cancelled_by_asyncio(stream):
    try:
        with anyio.CancelScope():
            await stream.receive()
    except asyncio.CancelledError:
        await stream.send(b"bye")
        raise


async def tasks_of_asyncio(tasks):
    try:
        with anyio.move_on_after(5):
            await asyncio.wait(tasks)
    finally:
        await asyncio.gather(*tasks)


async def only_a_thread(work, stream):
    try:
        await anyio.to_thread.run_sync(work)
    finally:
        await stream.send(b"bye")
