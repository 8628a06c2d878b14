import asyncio
import asyncio as aio
from asyncio import create_task, ensure_future
from asyncio import ensure_future as spawn

import trio

background = set()
started = None


async def work(x=None):
    await asyncio.sleep(1)


# Dropped at once.
async def statement():
    asyncio.create_task(work())  # expect: task-dropped(error)
    aio.ensure_future(work())  # expect: task-dropped(error)
    create_task(work(), name="w")  # expect: task-dropped(error)
    spawn(work())  # expect: task-dropped(error)


def from_sync_code():
    ensure_future(work())  # expect: task-dropped(error)


async def known_loops(loop: asyncio.AbstractEventLoop):
    loop.create_task(work())  # expect: task-dropped(error)
    asyncio.get_running_loop().create_task(work())  # expect: task-dropped(error)
    current = asyncio.get_event_loop()
    current.create_task(work())  # expect: task-dropped(error)


async def conditional(x):
    asyncio.create_task(work()) if x else None  # expect: task-dropped(error)
    x and asyncio.create_task(work())  # expect: task-dropped(error)


class LoopByName:
    def start(self, loop):
        loop.create_task(work())  # expect: task-dropped(warning)
        self._loop.create_task(work())  # expect: task-dropped(warning)


# Bound, and never read.
async def unread():
    task = asyncio.create_task(work())  # expect: task-dropped(error)
    await asyncio.sleep(1)


async def underscore():
    _ = asyncio.create_task(work())  # expect: task-dropped(error)
    await asyncio.sleep(1)


async def annotated():
    task: asyncio.Task = asyncio.create_task(work())  # expect: task-dropped(error)


async def one_of_a_pair():
    a, b = asyncio.create_task(work()), asyncio.create_task(work())  # expect: task-dropped(error)
    await a


# Collected, and never read.
async def unread_list(xs):
    tasks = [asyncio.create_task(work(x)) for x in xs]  # expect: task-dropped(error)
    await asyncio.sleep(1)


async def only_appended(xs):
    tasks = []
    for x in xs:
        tasks.append(asyncio.create_task(work(x)))  # expect: task-dropped(error)
    await asyncio.sleep(1)


async def only_stored(xs):
    tasks = {}
    for x in xs:
        tasks[x] = asyncio.create_task(work(x))  # expect: task-dropped(error)


async def comprehension_for_its_effect(xs):
    [asyncio.create_task(work(x)) for x in xs]  # expect: task-dropped(error)


# A callback does not keep it, but sees what becomes of it.
async def callback(done):
    asyncio.create_task(work()).add_done_callback(done)  # expect: task-dropped(info)


# Somebody has it.
async def kept(self, xs):
    await asyncio.create_task(work())  # expect: task-serialised
    self.task = asyncio.create_task(work())  # clean
    self.tasks["a"] = asyncio.create_task(work())  # clean
    self.other = task = asyncio.create_task(work())  # clean
    background.add(asyncio.create_task(work()))  # clean
    await asyncio.gather(*[asyncio.create_task(work(x)) for x in xs])  # clean
    await asyncio.wait_for(asyncio.create_task(work()), 1)  # clean
    xs.on_start(lambda: asyncio.create_task(work()))  # clean
    asyncio.create_task(work()).cancel()  # clean
    return asyncio.create_task(work())  # clean


async def kept_globally():
    global started
    started = asyncio.create_task(work())  # clean


async def kept_outside():
    task = None

    def start():
        nonlocal task
        task = asyncio.create_task(work())  # clean

    start()
    await task


async def read_later():
    task = asyncio.create_task(work())  # clean
    await asyncio.sleep(1)
    await task


async def read_by_a_nested_function(bot):
    task = asyncio.create_task(work())  # clean

    @bot.on_close
    def stop():
        task.cancel()


async def only_callback(done):
    task = asyncio.create_task(work())  # clean
    task.add_done_callback(done)


async def names_seen_by_locals(template):
    task = asyncio.create_task(work())  # clean
    return template.format(**locals())


async def yields_it():
    yield asyncio.create_task(work())  # clean


async def gathered_later(xs):
    tasks = []
    for x in xs:
        tasks.append(asyncio.create_task(work(x)))  # clean
    await asyncio.gather(*tasks)


async def collected_for_somebody(xs, tasks):
    for x in xs:
        tasks.append(asyncio.create_task(work(x)))  # clean


async def collected_by_a_closure(bot):
    tasks = set()

    @bot.on_message
    async def message(m):
        tasks.add(asyncio.create_task(work(m)))  # clean


async def counted(xs):
    tasks = [asyncio.create_task(work(x)) for x in xs]  # clean
    print(len(tasks))


# Groups keep their tasks.
async def groups(tg: asyncio.TaskGroup):
    tg.create_task(work())  # clean
    async with asyncio.TaskGroup() as group:
        group.create_task(work())  # clean
    async with trio.open_nursery() as nursery:
        nursery.start_soon(work)  # clean


class CustomLoop(asyncio.AbstractEventLoop):
    def start(self):
        self.create_task(work())  # clean


async def given_a_task(task: asyncio.Task, done):
    asyncio.ensure_future(task)  # clean


async def other_things_named_so(client, app):
    client.create_task("name", due=1)  # clean
    app.task_group.create_task(work())  # clean


async def silenced():
    asyncio.create_task(work())  # noqa: RUF006  # suppressed: task-dropped
