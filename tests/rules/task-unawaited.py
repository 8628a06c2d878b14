import asyncio
import contextlib
import functools
import os
from asyncio import sleep
from typing import TYPE_CHECKING

import trio

try:
    from anyio import sleep as nap
except ImportError:
    from time import sleep as nap


async def work(x=None):
    await asyncio.sleep(1)
    return x


async def numbers():
    yield 1


class Client:
    async def fetch(self):
        await asyncio.sleep(1)

    async def both(self):
        self.fetch()  # expect: task-unawaited(error)
        await self.fetch()  # clean

    def sync(self):
        self.fetch()  # expect: task-unawaited(error)
        Client.fetch(self)  # expect: task-unawaited(error)

    @staticmethod
    async def make():
        await asyncio.sleep(1)

    async def user(self):
        return self.make().name  # expect: task-unawaited(error)


# Made and dropped.
async def dropped():
    work()  # expect: task-unawaited
    asyncio.sleep(1)  # expect: task-unawaited
    sleep(1)  # expect: task-unawaited
    trio.sleep(1)  # expect: task-unawaited


def dropped_in_sync_code():
    work()  # expect: task-unawaited


async def unread():
    _ = work()  # expect: task-unawaited
    result = work()  # expect: task-unawaited
    other: int = work()  # expect: task-unawaited


async def nested():
    async def inner():
        await asyncio.sleep(1)

    inner()  # expect: task-unawaited


async def conditional(x):
    x and work()  # expect: task-unawaited
    work() if x else None  # expect: task-unawaited


async def methods(q: asyncio.Queue, lock: asyncio.Lock, event: asyncio.Event):
    q.put(1)  # expect: task-unawaited
    lock.acquire()  # expect: task-unawaited
    event.wait()  # expect: task-unawaited
    q.put_nowait(1)  # clean
    event.set()  # clean


async def gathers(xs):
    asyncio.gather(*xs)  # expect: task-unawaited
    asyncio.gather(*xs).add_done_callback(print)  # clean
    asyncio.gather(*xs).cancel()  # clean


# Used as if it were the result.
async def as_value(x):
    if work():  # expect: task-unawaited
        pass
    while not work():  # expect: task-unawaited
        await asyncio.sleep(1)
    a = work() + 1  # expect: task-unawaited
    b = work() == x  # expect: task-unawaited
    c = f"{work()}"  # expect: task-unawaited
    d = work()[0]  # expect: task-unawaited
    e = work() and x  # expect: task-unawaited
    g = 1 if work() else 2  # expect: task-unawaited
    h = [y for y in work()]  # expect: task-unawaited
    i = [y for y in x if work()]  # expect: task-unawaited
    for y in work():  # expect: task-unawaited
        x += work()  # expect: task-unawaited
    assert work()  # expect: task-unawaited
    assert work() is None, "text"  # expect: task-unawaited
    return a, b, c, d, e, g, h, i


# Awaited, or somebody else's.
async def fine(x, tasks):
    await work()  # clean
    await (work() if x else asyncio.sleep(1))  # clean
    await (x or work())  # clean
    await asyncio.gather(work(), sleep(1))  # clean
    await asyncio.wait_for(timeout=1, fut=work())  # clean
    tasks.append(work())  # clean
    tasks.first = work()  # clean
    tasks["a"] = work()  # clean
    pending = [work(), work()]  # clean
    await asyncio.gather(*pending)
    coroutine = work()  # clean
    await coroutine
    work().close()  # clean
    later = functools.partial(work, 1)  # clean
    callback = lambda: work()  # clean
    return work(), later, callback  # clean


async def names_seen_by_locals(render):
    coroutine = work()  # clean
    return render(locals())


async def generators():
    numbers()  # clean
    async for n in numbers():  # clean
        print(n)


@contextlib.asynccontextmanager
async def session():
    yield 1


def unknown_decorator(f):
    return lambda *args: asyncio.run(f(*args))


@unknown_decorator
async def main():
    await asyncio.sleep(1)


def runs_it():
    asyncio.run(work())  # clean


def decorated():
    session()  # clean
    main()  # clean
    nap(1)  # clean


if hasattr(asyncio, "TaskGroup"):

    async def either():
        await asyncio.sleep(1)

else:

    def either():
        pass


def conditional_definition():
    either()  # clean


def shadowed(work, sleep):
    work()  # clean
    sleep(1)  # clean


@asyncio.coroutine  # expect: bridge-legacy
def old_style():
    yield from asyncio.sleep(1)  # clean
    yield from work()  # clean


class Base:
    async def fetch(self):
        await asyncio.sleep(1)

    def sync(self):
        self.fetch()  # clean


class Override(Base):
    def fetch(self):
        pass

    def more(self):
        self.fetch()  # clean


async def silenced():
    work()  # lapse: ignore # suppressed: task-unawaited


class Mixin:
    async def load(self):
        await work()

    def with_an_annotation(self: "Whole"):
        self.load()  # expect: task-unawaited

    def with_one_from_elsewhere(self: "elsewhere.Client"):
        self.load()  # expect: task-unawaited


# Code that never runs, or that a sync twin is made of.
def twins(value):
    if False:
        work(value)  # clean
    if True:  # ASYNC
        return
    else:
        work(value)  # clean


def generated_twin(value):
    if not _IS_SYNC:
        return None
    if _IS_SYNC and value:
        work(value)  # clean


if TYPE_CHECKING:
    work()  # clean
elif os.name == "nt":
    work()  # expect: task-unawaited
