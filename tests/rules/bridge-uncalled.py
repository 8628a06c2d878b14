"""Async functions where their coroutines are needed; and where either may stand."""
import asyncio
import functools

import anyio
import pytest
import trio

from elsewhere import job, unknown


async def main(item=None):
    await job(item)


def plain():
    return job()


asyncio.run(main)  # expect: bridge-uncalled


class Service:
    async def poll(self):
        await job()

    async def run(self, loop: asyncio.AbstractEventLoop):
        task = asyncio.create_task(self.poll)  # expect: bridge-uncalled
        other = loop.create_task(self.poll)  # expect: bridge-uncalled
        await asyncio.gather(main(1), main, self.poll())  # expect: bridge-uncalled
        await asyncio.wait_for(self.poll, timeout=3)  # expect: bridge-uncalled
        await asyncio.shield(main)  # expect: bridge-uncalled
        future = asyncio.ensure_future(functools.partial(main, 1))  # expect: bridge-uncalled
        await asyncio.gather(task, other, future)  # clean


async def group(lock: asyncio.Lock):
    async with asyncio.TaskGroup() as tg:
        tg.create_task(main)  # expect: bridge-uncalled
        tg.create_task(main())  # clean
    await asyncio.wait_for(lock.acquire, 1)  # expect: bridge-uncalled


def start(loop):
    loop.run_until_complete(main)  # expect: bridge-uncalled
    loop.run_until_complete(main())  # clean
    asyncio.run_coroutine_threadsafe(main, loop).result()  # expect: bridge-uncalled


# ---- what takes the function, or what may be awaitable ----

anyio.run(main)  # clean
trio.run(main)  # clean


class Awaitable:
    def __await__(self):
        return job().__await__()

    async def __call__(self):
        await job()


async def right(handler, tg, scheduler):
    await asyncio.gather(*[main(i) for i in range(3)])  # clean
    tg.start_soon(main)  # clean
    await asyncio.wait_for(handler, 3)  # clean
    await asyncio.wait_for(unknown, 3)  # clean
    scheduler.create_task(main)  # clean
    obj = Awaitable()
    await asyncio.wait_for(obj, 1)  # clean
    main = job()  # noqa
    return await asyncio.wait_for(main, 1)  # clean


def test_refuses():
    with pytest.raises(TypeError):
        asyncio.run(main)  # clean
