"""Stream writers that are never drained; and those that are, or need not be."""
import asyncio
import io
from asyncio import StreamWriter

from elsewhere import log, queue


# ---- written without end ----

async def without_drain(writer: asyncio.StreamWriter, rows):
    async for row in rows:
        writer.write(row)  # expect: resource-writer(warning)


async def endless(writer: StreamWriter):
    while True:
        data = await queue.get()
        writer.write(data)  # expect: resource-writer
        writer.write(b"\n")


async def copied(host, source):
    _, writer = await asyncio.open_connection(host, 80)
    try:
        for line in source:
            writer.write(line)  # expect: resource-writer
    finally:
        writer.close()  # expect: resource-writer(info)


class Connection:
    def __init__(self, writer: asyncio.StreamWriter):
        self.writer = writer

    async def run(self):
        while not self.writer.is_closing():
            self.writer.write(await queue.get())  # expect: resource-writer


async def closed_only(writer: asyncio.StreamWriter):
    writer.close()  # expect: resource-writer(info)


# ---- drained ----

async def drained(writer: asyncio.StreamWriter, rows):
    async for row in rows:
        writer.write(row)  # clean
        await writer.drain()


async def drained_by_a_helper(writer: asyncio.StreamWriter, rows, self):
    for row in rows:
        writer.write(row)  # clean
        await self._drain_or_fail(writer)


async def drained_now_and_then(writer: asyncio.StreamWriter, rows):
    for i, row in enumerate(rows):
        writer.write(row)  # clean
        if i % 100 == 0:
            await writer.drain()


async def headers(writer: asyncio.StreamWriter, lines):
    for line in lines:
        writer.write(line)  # clean
    await writer.drain()


async def small(writer: asyncio.StreamWriter):
    for part in (b"HELO\r\n", b"QUIT\r\n"):
        writer.write(part)  # clean


async def once(writer: asyncio.StreamWriter, data):
    writer.write(data)  # clean
    await writer.drain()


# ---- closed and waited for ----

async def closed(writer: asyncio.StreamWriter):
    writer.close()  # clean
    await writer.wait_closed()


async def given_up(writer: asyncio.StreamWriter, data):
    try:
        writer.write(data)
        await writer.drain()
    except OSError:
        writer.close()  # clean
        raise


# ---- no stream, or no way to wait ----

def not_async(writer: asyncio.StreamWriter, rows):
    for row in rows:
        writer.write(row)  # clean


async def buffer(rows):
    out = io.BytesIO()
    async for row in rows:
        out.write(row)  # clean
    log(out.getvalue())
    out.close()  # clean


async def unknown(writer, rows):
    async for row in rows:
        writer.write(row)  # clean
    writer.close()  # clean
