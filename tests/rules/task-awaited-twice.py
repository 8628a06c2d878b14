import asyncio
from asyncio import wait_for

import pytest


async def work(x=None):
    await asyncio.sleep(1)
    return x


async def numbers():
    yield 1


class Client:
    async def connect(self):
        await asyncio.sleep(1)

    async def reconnect(self):
        job = self.connect()
        await job
        await job  # expect: task-awaited-twice(error)


# One after the other.
async def straight():
    c = work()
    await c
    return await c  # expect: task-awaited-twice(error)


async def in_one_expression():
    c = work()
    return (await c, await c)  # expect: task-awaited-twice


async def then_maybe(x):
    c = work()
    result = await c
    if result is None:
        result = await c  # expect: task-awaited-twice
    return result


async def maybe_then(x):
    c = work()
    if x:
        await c
    await c  # expect: task-awaited-twice


async def condition_first():
    c = work()
    if await c:
        return await c  # expect: task-awaited-twice


async def bound_again(x):
    c = work()
    await c
    c = work(x)
    await c
    await c  # expect: task-awaited-twice


async def catalogued(queue: asyncio.Queue):
    item = queue.get()
    await item
    return await item  # expect: task-awaited-twice


# After it failed.
async def again_in_the_handler():
    c = work()
    try:
        return await c
    except ValueError:
        return await c  # expect: task-awaited-twice


async def again_after_a_timeout():
    c = work()
    try:
        return await wait_for(c, 1)
    except asyncio.TimeoutError:
        pass
    return await c  # expect: task-awaited-twice


async def once_more_in_finally():
    c = work()
    try:
        return await c
    finally:
        await c  # expect: task-awaited-twice


# In a loop.
async def retries():
    c = work()
    for attempt in range(3):
        try:
            return await asyncio.wait_for(c, 1)  # expect: task-awaited-twice(error)
        except asyncio.TimeoutError:
            print(attempt)


async def same_for_all(xs):
    c = work()
    for x in xs:
        x.value = await c  # expect: task-awaited-twice


async def polls():
    c = work()
    while await c:  # expect: task-awaited-twice
        await asyncio.sleep(1)


async def tasks_of_one(xs):
    c = work()
    first = asyncio.create_task(c)
    second = asyncio.create_task(c)  # expect: task-awaited-twice
    return await asyncio.gather(first, second)


# Once on each way.
async def either(x):
    c = work()
    if x:
        return await c  # clean
    return await c  # clean


async def branches(x):
    c = work()
    if x:
        await c
    elif x is None:
        await c  # clean
    else:
        await c  # clean


async def guarded(x):
    c = work()
    if x.early:
        await c
    await asyncio.sleep(1)
    if not x.early:
        await c  # clean


async def matched(x):
    c = work()
    match x:
        case 1:
            await c
        case _:
            await c  # clean


async def conditional_expression(x):
    c = work()
    return await c if x else await asyncio.wait_for(c, 1)  # clean


async def rebound():
    c = work()
    await c
    c = work()
    await c  # clean


async def wrapped(timeout):
    c = work()
    if timeout:
        c = asyncio.wait_for(c, timeout)
    await c  # clean


async def rebound_in_the_loop(xs):
    c = work()
    for x in xs:
        x.value = await c  # clean
        c = work(x)
    await c  # clean


async def rebound_by_another(xs):
    c = work()

    def again():
        nonlocal c
        c = work()

    await c
    again()
    await c  # clean


async def made_in_the_loop(xs):
    for x in xs:
        c = work(x)
        await c  # clean


async def leaves_the_loop(xs):
    c = work()
    for x in xs:
        if x:
            continue
        await c  # clean
        break


async def ends_the_loop():
    c = work()
    while True:
        try:
            return await c  # clean
        finally:
            print("done")


async def once_in_a_loop(xs):
    c = work()
    for x in xs:
        if x.first:
            await c  # clean


# Tasks and futures can be awaited again.
async def tasks():
    t = asyncio.create_task(work())
    await t
    await t  # clean
    f = asyncio.ensure_future(work())
    await f
    await f  # clean
    g = asyncio.gather(work(), work())
    await g
    await g  # clean


async def unknown(make):
    c = make()
    await c
    await c  # clean


async def gathered():
    c = work()
    await asyncio.gather(c, c)  # clean


async def handed_over(xs):
    c = work()
    xs.append(c)
    await c  # clean


async def expected():
    c = work()
    await c
    with pytest.raises(RuntimeError):
        await c  # clean


async def else_part():
    c = work()
    try:
        await asyncio.sleep(1)
    except OSError:
        await c
    else:
        await c  # clean


async def silenced():
    c = work()
    await c
    await c  # lapse: ignore  # suppressed: task-awaited-twice
