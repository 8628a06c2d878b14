"""Sleeping in async code; and everything that only looks like it."""
import asyncio
import time
import time as clock
from functools import partial
from time import sleep
from time import sleep as snooze

import anyio
import trio


async def plain():
    time.sleep(1)  # expect: blocking-sleep


async def imported_names():
    sleep(1)  # expect: blocking-sleep
    snooze(0.5)  # expect: blocking-sleep
    clock.sleep(2)  # expect: blocking-sleep


async def through_an_alias():
    pause = time.sleep
    pause(3)  # expect: blocking-sleep


async def local_import():
    import time as t

    t.sleep(1)  # expect: blocking-sleep


async def in_comprehension(xs):
    return [time.sleep(x) for x in xs]  # expect: blocking-sleep


async def called_too_early():
    await asyncio.to_thread(time.sleep(1))  # expect: blocking-sleep, bridge-called-early


class Worker:
    async def run(self):
        while True:
            if await self.poll():
                time.sleep(  # expect: blocking-sleep
                    1,
                )

    def rest(self):
        time.sleep(1)  # clean

    async def poll(self):
        await asyncio.sleep(1)  # clean
        await anyio.sleep(1)  # clean
        await trio.sleep(1)  # clean


def sync():
    time.sleep(1)  # clean


async def elsewhere(loop, pool):
    await asyncio.to_thread(time.sleep, 1)  # clean
    await loop.run_in_executor(None, time.sleep, 1)  # clean
    await loop.run_in_executor(None, partial(time.sleep, 1))  # clean
    pool.submit(lambda: time.sleep(1))  # clean
    wait = lambda: time.sleep(1)  # clean

    def nested():
        time.sleep(1)  # clean

    class Inner:
        time.sleep(1)  # clean

        def method(self):
            time.sleep(1)  # clean

    return nested, wait, Inner


async def shadowed(time):
    time.sleep(1)  # clean


async def rebound():
    sleep = asyncio.sleep
    await sleep(1)  # clean


async def default(now=time.sleep):
    return now  # clean


async def not_called():
    return time.sleep  # clean


async def other_clock():
    time.monotonic()  # clean
    self_sleep = "time.sleep(1)"  # clean
    return self_sleep


def decorator_arguments(f):
    return f


def outer():
    @decorator_arguments(time.sleep(1))  # clean
    async def inner(pause=time.sleep(0)):  # clean
        return pause

    return inner


async def no_time_at_all():
    time.sleep(0)  # clean


# What is decided when the module is written.
IS_SYNC = False
VERBOSE = True


async def dead_branches():
    if True:  # generated: the async side
        await asyncio.sleep(1)
    else:
        time.sleep(1)  # clean
    if not IS_SYNC:
        await asyncio.sleep(1)
    else:
        time.sleep(1)  # clean
    if IS_SYNC:
        time.sleep(1)  # clean
    if VERBOSE:
        time.sleep(1)  # expect: blocking-sleep
