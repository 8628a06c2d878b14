import asyncio
from contextlib import asynccontextmanager

import anyio
import async_timeout
import pytest
import trio
from asyncio import TaskGroup, timeout
from fastapi import Depends


async def times_out(reader):
    async with asyncio.timeout(30):
        async for line in reader:
            yield line  # expect: scope-yield(error)


async def one_value():
    async with timeout(5):
        yield 1  # expect: scope-yield(error)


async def grouped(xs):
    async with TaskGroup() as tg:
        for x in xs:
            tg.create_task(x.run())
            yield x  # expect: scope-yield(error)


async def in_trio(channel):
    with trio.fail_after(3), channel:
        while True:
            yield await channel.receive()  # expect: scope-yield
    async with trio.open_nursery() as nursery:
        nursery.start_soon(channel.aclose)
        yield 1  # expect: scope-yield


class Stream:
    async def __aiter__(self):
        async with anyio.create_task_group() as tg:
            tg.start_soon(self.pump)
            try:
                async for item in self.receive:
                    if item:
                        x = yield item  # expect: scope-yield
                    yield x
            finally:
                tg.cancel_scope.cancel()

    async def kept_scope(self):
        scope = anyio.CancelScope()
        with scope:
            while True:
                yield await self.next()  # expect: scope-yield

    async def old(self):
        async with async_timeout.timeout(1):
            yield 1  # expect: scope-yield
            yield 2


async def passed_but_loops(xs):
    async with asyncio.timeout(60):
        for x in xs:
            yield x  # expect: scope-yield


alias = passed_but_loops


async def one_for_each_scope(xs):
    async with asyncio.timeout(60):
        for x in xs:
            with anyio.move_on_after(1):
                yield await x  # expect: scope-yield
        yield None  # clean


# Context managers and fixtures are driven by one task.
@asynccontextmanager
async def manager():
    async with asyncio.timeout(5):
        yield 1  # clean


@pytest.fixture
async def server():
    async with anyio.create_task_group() as tg:
        yield tg  # clean
        tg.cancel_scope.cancel()


async def dependency():
    async with anyio.create_task_group() as tg:
        tg.start_soon(print)
        yield 1  # clean


async def view(tg=Depends(dependency)):
    return tg


async def opened():
    async with asyncio.TaskGroup() as tg:
        yield tg  # clean


made = asynccontextmanager(opened)


async def lifespan(app):
    async with anyio.create_task_group() as tg:
        tg.start_soon(app.pump)
        yield  # clean


# The yield is outside.
async def between(reader):
    while True:
        async with asyncio.timeout(30):
            line = await reader.readline()
        yield line  # clean


async def other_managers(lock, xs):
    async with lock:
        for x in xs:
            yield x  # clean
    async with lock.limit:
        yield 1  # clean
    with xs.opened() as f:
        yield f.name  # clean


async def nested_function(xs):
    async with asyncio.timeout(5):

        def numbers():
            yield 1  # clean

        return [await x for x in numbers()]


async def its_own_timeout(xs, timeout):
    async with timeout(5):
        yield 1  # clean


async def silenced(reader):
    async with asyncio.timeout(30):
        async for line in reader:
            yield line  # noqa: ASYNC119  # suppressed: scope-yield
