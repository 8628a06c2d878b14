import asyncio
import time
from asyncio import timeout
from contextlib import asynccontextmanager

import anyio
import async_timeout
import pytest
import trio


async def work():
    await asyncio.sleep(1)


async def sync_work(x):
    async with asyncio.timeout(5):  # expect: scope-empty(warning)
        return x.compute()


async def only_starts():
    async with timeout(5):  # expect: scope-empty(warning)
        task = asyncio.create_task(work())
    await task


async def in_trio(x):
    with trio.move_on_after(1) as scope:  # expect: scope-empty(warning)
        x.flush()
    return scope.cancelled_caught


async def shielded(x):
    with anyio.CancelScope(shield=True):  # expect: scope-empty(warning)
        x.release()


async def older(x):
    async with async_timeout.timeout(5):  # expect: scope-empty
        x.compute()


async def deferred(xs):
    async with asyncio.timeout_at(5):  # expect: scope-empty
        ys = (await x for x in xs)

        async def later():
            await work()

    return ys, later


async def nested_scopes(x):
    with trio.move_on_after(10):  # clean
        with trio.CancelScope(shield=True):  # expect: scope-empty
            x.release()


async def several_items(path):
    with path.opened() as f, anyio.fail_after(3):  # expect: scope-empty
        return f.name


# Something in it waits.
async def waits(xs):
    async with asyncio.timeout(5):  # clean
        await work()
    async with asyncio.timeout(5):  # clean
        async for x in xs:
            print(x)
    async with asyncio.timeout(5):  # clean
        async with xs:
            pass
    async with asyncio.timeout(5):  # clean
        ys = [x async for x in xs]
    with trio.fail_after(1):  # clean
        if ys:
            return [await x for x in ys]


async def starts(nursery):
    with trio.CancelScope() as scope:  # clean
        nursery.start_soon(work)
        nursery.scope = scope


async def enters(session):
    async with asyncio.timeout(5), session.get("/") as response:  # clean
        return response.status


@asynccontextmanager
async def manager():
    with trio.fail_after(1):  # clean
        yield 1


def not_async(x):
    with trio.CancelScope() as scope:  # clean
        x.scope = scope
    time.sleep(1)


async def expected():
    with pytest.raises(ValueError):
        async with asyncio.timeout(-1):  # clean
            raise ValueError


async def about_the_scope():
    with trio.CancelScope() as scope:  # clean
        scope.cancel()
    return scope.cancelled_caught


async def no_timeouts(lock, timeout):
    async with lock:  # clean
        pass
    async with timeout(5):  # clean
        lock.notify()
    async with asyncio.TaskGroup() as tg:  # clean
        tg.create_task(work())


async def silenced(x):
    async with asyncio.timeout(5):  # noqa: ASYNC100  # suppressed: scope-empty
        x.compute()
