"""with where only async with works, and the reverse; and what has both or belongs to others."""
import asyncio
import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager

import aiohttp
import anyio
import async_timeout
import httpx
import pytest
import trio

from elsewhere import Base, Manager, handle

lock = asyncio.Lock()
guard = threading.Lock()


async def locks():
    with lock:  # expect: protocol-with(error)
        handle()
    with asyncio.Lock():  # expect: protocol-with
        handle()
    async with threading.RLock(), asyncio.timeout(1):  # expect: protocol-with
        await asyncio.sleep(2)
    async with lock:  # clean
        handle()
    async with guard:  # expect: protocol-with
        handle()
    with (await lock):  # clean
        handle()


async def timeouts():
    with asyncio.timeout(1):  # expect: protocol-with
        await asyncio.sleep(2)
    with async_timeout.timeout(1):  # clean
        await asyncio.sleep(2)
    with trio.move_on_after(1):  # clean
        await trio.sleep(2)
    async with trio.fail_after(1):  # expect: protocol-with
        await trio.sleep(2)


async def groups():
    with asyncio.TaskGroup() as tg:  # expect: protocol-with
        tg.create_task(locks())
    with trio.open_nursery() as nursery:  # expect: protocol-with
        nursery.start_soon(locks)
    async with anyio.create_task_group() as group:  # clean
        group.start_soon(locks)


async def sessions(url):
    with aiohttp.ClientSession() as session:  # expect: protocol-with
        await handle(session)
    async with aiohttp.ClientSession() as session:  # clean
        with session.get(url) as response:  # expect: protocol-with
            handle(response)
    with httpx.AsyncClient() as client:  # expect: protocol-with
        await handle(client)
    with httpx.Client() as client:  # clean
        print(client)


@asynccontextmanager
async def opened():
    yield 1


@contextmanager
def entered():
    yield 1


async def made_here():
    with opened():  # expect: protocol-with
        handle()
    async with opened():  # clean
        handle()
    async with entered():  # expect: protocol-with
        handle()
    with entered():  # clean
        handle()


class AsyncOnly:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *args):
        pass

    @contextmanager
    def part(self):
        yield self

    async def use(self):
        async with self.part():  # expect: protocol-with
            handle()
        with self.part():  # clean
            handle()


class Both(AsyncOnly):
    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass


class Unknown(Base):
    async def __aenter__(self):
        return self


async def classes(given):
    with AsyncOnly():  # expect: protocol-with
        handle()
    with Both():  # clean
        handle()
    async with Both():  # clean
        handle()
    with Unknown():  # clean
        handle()
    with given, Manager():  # clean
        handle()
    with contextlib.suppress(OSError), AsyncOnly() as a:  # expect: protocol-with
        handle(a)


async def standard_library():
    async with contextlib.suppress(OSError):  # expect: protocol-with
        await handle()
    async with contextlib.nullcontext():  # clean
        await handle()


async def executors():
    async with ThreadPoolExecutor(2) as pool:  # expect: protocol-with
        handle(pool)


async def expected():
    with pytest.raises(TypeError):
        with lock:  # clean
            pass


# Before `async def`: sessions had __enter__, locks were taken like this.
def old(url):
    with aiohttp.ClientSession() as session:  # clean
        yield from session.get(url)
    with (yield from lock):  # clean
        handle()
