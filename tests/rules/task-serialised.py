import asyncio
from asyncio import create_task, ensure_future, gather


async def work(x=None):
    await asyncio.sleep(1)


async def at_once(xs):
    await asyncio.create_task(work())  # expect: task-serialised(info)
    x = await create_task(work())  # expect: task-serialised(info)
    y = await ensure_future(work())  # expect: task-serialised(info)
    await asyncio.get_running_loop().create_task(work())  # expect: task-serialised(info)
    for item in xs:
        item.value = await asyncio.create_task(work(item))  # expect: task-serialised(info)
    return x, y


async def named():
    return await asyncio.create_task(work(), name="w")  # expect: task-serialised(info)


async def next_statement():
    task = asyncio.create_task(work())  # clean
    await task


async def gather_of_one(x):
    await asyncio.gather(work())  # expect: task-serialised(info)
    return await gather(x.task)  # expect: task-serialised(info)


# Something runs beside it.
async def beside():
    task = asyncio.create_task(work())  # clean
    await asyncio.sleep(1)
    await task


async def two():
    a = asyncio.create_task(work())  # clean
    b = asyncio.create_task(work())  # clean
    await a
    await b


async def kept():
    task = asyncio.create_task(work())  # clean
    await task
    return task.get_name()


async def many(xs):
    await asyncio.gather(*xs)  # clean
    await asyncio.gather(work(), work())  # clean
    await asyncio.gather(work(), *xs)  # clean
    results = await asyncio.gather(work(), return_exceptions=True)  # clean
    return [r for r in results if not isinstance(r, Exception)]


async def shielded():
    await asyncio.shield(asyncio.create_task(work()))  # clean
    await asyncio.wait_for(asyncio.create_task(work()), 1)  # clean


async def own_context(context):
    await asyncio.create_task(work(), context=context)  # clean


async def wraps_what_it_got(awaitable):
    await asyncio.ensure_future(awaitable)  # clean
    await asyncio.create_task(awaitable)  # clean


async def with_a_handler():
    task = asyncio.create_task(work())  # clean
    try:
        await task
    except asyncio.CancelledError:
        task.cancel()
        raise


async def in_another_task(pool):
    await asyncio.create_task(pool.__aenter__())  # clean


async def another_gather(tool):
    await tool.gather(work())  # clean
    await tool.create_task(work())  # clean


async def not_awaited(xs):
    task = asyncio.create_task(work())  # clean
    xs.append(task)
    await asyncio.create_task(work())  # noqa  # suppressed: task-serialised
