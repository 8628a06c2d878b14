"""Tasks given to asyncio.wait() and forgotten; and those that are asked, cancelled or shared."""
import asyncio
from asyncio import FIRST_COMPLETED, create_task, wait

from elsewhere import log, send


# ---- forgotten ----

async def never_asked(users):
    tasks = [asyncio.create_task(send(u)) for u in users]
    await asyncio.wait(tasks)  # expect: error-wait-ignored


async def collected(users):
    tasks = []
    for user in users:
        tasks.append(asyncio.create_task(send(user)))
    done, pending = await asyncio.wait(tasks)  # expect: error-wait-ignored


async def runs_on_after_the_timeout(users):
    tasks = {asyncio.create_task(send(u)) for u in users}
    done, _ = await asyncio.wait(tasks, timeout=5)  # expect: error-wait-ignored
    return [t.result() for t in done]


async def loser_runs_on():
    first = create_task(send(1))
    second = create_task(send(2))
    done, pending = await wait([first, second], return_when=FIRST_COMPLETED)  # expect: error-wait-ignored
    return done.pop().result()


async def in_place(a, b):
    _ = await asyncio.wait([asyncio.ensure_future(send(a)), asyncio.ensure_future(send(b))])  # expect: error-wait-ignored


async def only_a_wait_runs_on(event):
    await asyncio.wait(  # expect: error-wait-ignored(info)
        [create_task(event.wait()), create_task(asyncio.sleep(1))],
        return_when=asyncio.FIRST_COMPLETED)


# ---- asked, cancelled or awaited ----

async def asked(users):
    tasks = [asyncio.create_task(send(u)) for u in users]
    done, _ = await asyncio.wait(tasks)  # clean
    for task in done:
        task.result()


async def asked_by_name(users):
    tasks = [asyncio.create_task(send(u)) for u in users]
    await asyncio.wait(tasks)  # clean
    return [t.exception() for t in tasks]


async def gathered_then(users):
    tasks = [asyncio.create_task(send(u)) for u in users]
    await asyncio.wait(tasks, timeout=5)  # clean
    return await asyncio.gather(*tasks)


async def cancelled(users):
    tasks = [asyncio.create_task(send(u)) for u in users]
    done, pending = await asyncio.wait(tasks, timeout=5)  # clean
    for task in pending:
        task.cancel()
    return [t.result() for t in done]


async def one_by_one(users):
    pending = {asyncio.create_task(send(u)) for u in users}
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)  # clean
        for task in done:
            log(task.result())


async def loser_cancelled(stop):
    sending = asyncio.create_task(send(1))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([sending, stopping], return_when=asyncio.FIRST_COMPLETED)  # clean
    stopping.cancel()
    return await sending


async def given_back(users):
    tasks = [asyncio.create_task(send(u)) for u in users]
    return await asyncio.wait(tasks)  # clean


# ---- nothing to lose, or in other hands ----

async def keeps_its_errors(user):
    try:
        await send(user)
    except Exception:
        log("not sent")


async def workers_keep_errors(users):
    tasks = [asyncio.create_task(keeps_its_errors(u)) for u in users]
    await asyncio.wait(tasks)  # clean


async def of_a_group(users):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(send(u)) for u in users]
        await asyncio.wait(tasks, timeout=1)  # clean


class Server:
    def __init__(self):
        self.tasks = set()

    async def wait_a_little(self):
        await asyncio.wait(self.tasks, timeout=1)  # clean

    async def start(self, user):
        self.task = asyncio.create_task(send(user))
        await asyncio.wait([self.task], timeout=1)  # clean


async def of_the_caller(task):
    await asyncio.wait([task], timeout=1)  # clean


async def reaped(users):
    tasks = [asyncio.create_task(send(u)) for u in users]
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)  # clean


async def whole_program():
    tasks = [asyncio.create_task(send(n)) for n in range(3)]
    done, _ = await asyncio.wait(tasks, return_when=FIRST_COMPLETED)  # clean
    return [t.result() for t in done]


asyncio.run(whole_program())


# ---- containers ----

async def counted(users):
    tasks = [asyncio.create_task(send(u)) for u in users]
    if tasks:
        log(len(tasks))
        await asyncio.wait(tasks)  # expect: error-wait-ignored


async def mixed(users, first):
    rest = [asyncio.Task(send(u)) for u in users]
    lead = asyncio.create_task(send(first))
    await asyncio.wait([lead, *rest])  # expect: error-wait-ignored


async def pending_only_counted(users):
    tasks = [asyncio.create_task(send(u)) for u in users]
    done, pending = await asyncio.wait(tasks, timeout=5)  # expect: error-wait-ignored
    if len(pending) != 0:
        raise TimeoutError
    return done


async def mixed_with_others(users, others):
    lead = asyncio.create_task(send(users))
    await asyncio.wait([lead, *others])  # clean
