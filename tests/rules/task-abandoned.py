import asyncio
import logging

log = logging.getLogger(__name__)
background = set()


async def work(x=None):
    await asyncio.sleep(1)


# A way out before anybody looks after it.
async def early_return(cache, url):
    task = asyncio.create_task(work(url))  # expect: task-abandoned(warning)
    if url in cache:
        return cache[url]
    return await task


async def early_raise(request):
    reader = asyncio.ensure_future(work())  # expect: task-abandoned(warning)
    await request.prepare()
    if request.closed:
        raise ConnectionError("closed")
    await asyncio.wait_for(reader, 1)


async def in_a_with(pool, loop: asyncio.AbstractEventLoop):
    async with pool.get() as connection:
        task = loop.create_task(work())  # expect: task-abandoned(warning)
        if not connection:
            return None
    return await task


async def in_a_loop(xs):
    for x in xs:
        task: asyncio.Task = asyncio.create_task(work(x))  # expect: task-abandoned(warning)
        if x.last:
            return
        await task


async def settled_on_the_other_branch(x):
    task = asyncio.create_task(work())  # expect: task-abandoned(warning)
    if x.wanted:
        return await task
    elif x.name:
        return x.name
    task.cancel()


async def returns_from_the_try(x):
    task = asyncio.create_task(work())  # expect: task-abandoned(warning)
    try:
        if await x.ready():
            return x
    except ValueError:
        task.cancel()
        raise
    await task


# Only shown.
async def only_shown():
    task = asyncio.create_task(work())  # expect: task-abandoned(warning)
    task.set_name("worker")
    log.info("started %s", task)
    print(f"started {task}")


async def only_asked(x):
    task = asyncio.create_task(work())  # expect: task-abandoned(warning)
    await x.work()
    if task.done():
        log.info("done in time")


# Only on a condition.
async def mode(options):
    task = asyncio.create_task(work())  # expect: task-abandoned(warning)
    if options.wait and not options.dry:
        await asyncio.wait_for(task, 1)


async def start(wait=True):
    task = asyncio.create_task(work())  # expect: task-abandoned(warning)
    if wait:
        await task


# Looked after on every way.
async def straight(x):
    task = asyncio.create_task(work())  # clean
    await asyncio.sleep(1)
    return await task


async def in_finally(x):
    task = asyncio.create_task(work())  # clean
    try:
        if await x.ready():
            return x
        raise ValueError(x)
    finally:
        task.cancel()


async def exit_before_it(x):
    if x is None:
        return
    task = asyncio.create_task(work())  # clean
    await asyncio.sleep(1)
    await task


async def on_both_branches(x):
    task = asyncio.create_task(work())  # clean
    if x:
        await task
        return 1
    task.cancel()
    return 2


async def conditional_task(x):
    task = None
    if x:
        task = asyncio.create_task(work())  # clean
    if x is None:
        return
    if task:
        await task


async def same_condition(x):
    if x.parallel:
        task = asyncio.create_task(work())  # clean
    await asyncio.sleep(1)
    if x.parallel:
        await task


async def never_gets_there(channel):
    task = asyncio.create_task(work())  # clean
    async for n in channel:
        if n > 10:
            task.cancel()
            return n
    raise AssertionError("the channel has no end")


async def kept_elsewhere(x):
    task = asyncio.create_task(work())  # clean
    background.add(task)
    if x:
        return
    await task


async def has_a_callback(x):
    task = asyncio.create_task(work())  # clean
    task.add_done_callback(background.discard)
    if x:
        return


async def kept_by_a_closure(x, app):
    task = asyncio.create_task(work())  # clean

    async def stop():
        task.cancel()

    app.on_cleanup(stop)
    if x:
        return


async def not_made_yet(x):
    try:
        await x.open()
        task = asyncio.create_task(work())  # clean
    except OSError:
        return
    await task


async def raise_is_caught(x):
    task = asyncio.create_task(work())  # clean
    try:
        if x:
            raise ValueError(x)
    except ValueError:
        pass
    await task


async def asserted():
    task = asyncio.create_task(work())  # clean
    await asyncio.sleep(2)
    assert task.done()


async def polled():
    task = asyncio.create_task(work())  # clean
    while not task.done():
        await asyncio.sleep(1)


async def waits_first(x, stop):
    task = asyncio.create_task(work())  # clean
    done, _ = await asyncio.wait([task, stop])
    if task not in done:
        return
    return task.result()


async def returns_itself(x):
    task = asyncio.create_task(work())  # clean
    if x:
        return task
    return await task


async def condition_is_a_local(x):
    task = asyncio.create_task(work())  # clean
    finished = await x.finished()
    if not finished:
        task.cancel()


async def ends_by_itself(process):
    task = asyncio.create_task(work())  # clean
    await process.wait()
    if process.returncode is None:
        task.cancel()


async def nested_returns(xs):
    task = asyncio.create_task(work())  # clean

    def key(x):
        return x.name

    xs.sort(key=key)
    await task


async def group(xs):
    async with asyncio.TaskGroup() as tg:
        task = tg.create_task(work())  # clean
        if xs:
            return 1
    return task.result()


async def silenced(x):
    task = asyncio.create_task(work())  # lapse: ignore[task-abandoned]  # suppressed: task-abandoned
    if x:
        return
    await task


def of_a_loop_of_its_own(states):
    loop = asyncio.new_event_loop()
    task = loop.create_task(work())
    states.append(task.done())
    loop.close()  # clean
