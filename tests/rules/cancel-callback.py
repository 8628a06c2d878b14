import asyncio
import concurrent.futures
import contextlib
import functools
import logging

log = logging.getLogger(__name__)


# Raise CancelledError inside the callback.
def report(task):
    if task.exception():  # expect: cancel-callback
        log.error("failed", exc_info=task.exception())


async def with_a_function(job):
    task = asyncio.create_task(job())
    task.add_done_callback(report)
    return task


async def with_a_lambda(job, results):
    task = asyncio.ensure_future(job())
    task.add_done_callback(lambda t: results.append(t.result()))  # expect: cancel-callback
    await task


async def nested(job, results):
    def done(t):
        try:
            results.append(t.result())  # expect: cancel-callback
        except Exception:
            log.exception("failed")

    loop = asyncio.get_running_loop()
    task = loop.create_task(job())
    task.add_done_callback(done)
    await task


def annotated(name, task: asyncio.Task):
    print(name, task.result())  # expect: cancel-callback


def watch(task):
    task.add_done_callback(functools.partial(annotated, "job"))


class Service:
    def _done(self, task):
        error = task.exception()  # expect: cancel-callback
        self.errors.append(error)

    def _quiet(self, task):
        if task.cancelled():
            return
        self.errors.append(task.exception())  # clean

    def start(self, job, loop):
        self.task = asyncio.create_task(job())
        self.task.add_done_callback(self._done)
        self.other = asyncio.create_task(job())
        self.other.add_done_callback(self._quiet)


# Ask first, or catch it.
def asks(task):
    if not task.cancelled() and task.exception():  # clean
        log.error("failed", exc_info=task.exception())


def catches(task):
    try:
        task.result()  # clean
    except asyncio.CancelledError:
        pass
    except Exception:
        log.exception("failed")


def catches_all(task):
    try:
        task.result()  # clean
    except BaseException as e:
        log.error("ended", exc_info=e)


def catches_the_old_name(task):
    try:
        task.result()  # clean
    except (concurrent.futures.CancelledError, OSError):
        log.exception("failed")


def suppresses(task):
    with contextlib.suppress(asyncio.CancelledError):
        task.result()  # clean


def has_helper(task):
    if was_stopped(task):
        return
    task.result()  # clean


def was_stopped(task):
    return task.cancelled()


async def careful(job):
    for callback in (asks, catches):
        task = asyncio.create_task(job())
        task.add_done_callback(callback)
        await task
    task = asyncio.create_task(job())
    task.add_done_callback(asks)
    task.add_done_callback(catches)
    task.add_done_callback(catches_all)
    task.add_done_callback(catches_the_old_name)
    task.add_done_callback(suppresses)
    task.add_done_callback(has_helper)
    task.add_done_callback(lambda t: t.cancelled() or t.exception())  # clean
    await task


# Futures of executors, and what is not known.
def of_a_thread(future):
    print(future.result())  # clean


def submit(executor: concurrent.futures.Executor, job):
    future = executor.submit(job)
    future.add_done_callback(of_a_thread)
    return future


def of_something(thing):
    thing.add_done_callback(lambda x: print(x.result()))  # clean


async def silenced(job):
    task = asyncio.create_task(job())
    task.add_done_callback(lambda t: print(t.result()))  # lapse: ignore  # suppressed: cancel-callback
    await task


async def asks_by_its_other_name(job):
    task = asyncio.create_task(job())

    def report_other(done):
        if task.cancelled():
            return
        print(done.result())  # clean

    task.add_done_callback(report_other)
    await task
