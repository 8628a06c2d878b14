"""Async functions given to what calls them as sync ones; and callables that may be given."""
import asyncio
import atexit
import concurrent.futures
import functools
import multiprocessing
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import anyio
from asgiref.sync import sync_to_async

from elsewhere import decorate, job, nursery, xs


async def work(item=None):
    await job(item)


def sync_work(item=None):
    print(item)


threading.Thread(target=work).start()  # expect: bridge-async-callback
threading.Thread(None, work).start()  # expect: bridge-async-callback
threading.Timer(5, work).start()  # expect: bridge-async-callback
multiprocessing.Process(target=work, args=(1,))  # expect: bridge-async-callback
atexit.register(work)  # expect: bridge-async-callback
signal.signal(signal.SIGTERM, work)  # expect: bridge-async-callback


@atexit.register  # expect: bridge-async-callback
async def clean_up():
    await job()


class Service:
    def __init__(self, loop: asyncio.AbstractEventLoop):
        self.loop = loop
        self.executor = ThreadPoolExecutor(4)
        self.task = None

    async def poll(self):
        await job()

    def tick(self):
        self.done = True

    def start(self):
        self.future = self.executor.submit(self.poll)  # expect: bridge-async-callback
        self.loop.call_later(5, self.poll)  # expect: bridge-async-callback
        self.loop.call_soon(self.tick)  # clean
        threading.Thread(target=self.tick).start()  # clean

    async def run(self):
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self.poll)  # expect: bridge-async-callback
        await loop.run_in_executor(None, functools.partial(work, 1))  # expect: bridge-async-callback
        loop.add_signal_handler(signal.SIGINT, self.poll)  # expect: bridge-async-callback
        loop.call_soon(lambda: work(1))  # expect: bridge-async-callback
        loop.call_soon_threadsafe(self.poll)  # expect: bridge-async-callback
        task = asyncio.create_task(work())
        task.add_done_callback(work)  # expect: bridge-async-callback
        await task


async def to_threads(queue: asyncio.Queue):
    await asyncio.to_thread(work, 1)  # expect: bridge-async-callback
    await anyio.to_thread.run_sync(work)  # expect: bridge-async-callback
    await sync_to_async(work)(1)  # expect: bridge-async-callback
    asyncio.get_running_loop().call_later(1, queue.put, 1)  # expect: bridge-async-callback


def values(items):
    ordered = sorted(items, key=work)  # expect: bridge-async-callback
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, ordered))  # expect: bridge-async-callback
    return done, filter(work, items)  # expect: bridge-async-callback


# ---- callables that are sync, or are awaited ----

async def right(tg):
    await asyncio.to_thread(sync_work, 1)  # clean
    await asyncio.gather(*map(work, xs))  # clean
    nursery.start_soon(work, 1)  # clean
    tg.start_soon(work)  # clean
    asyncio.get_running_loop().call_soon(asyncio.create_task, work())  # clean
    asyncio.get_running_loop().call_soon(lambda: asyncio.create_task(work()))  # clean
    return await asyncio.get_running_loop().run_in_executor(None, lambda: work(1))  # clean


@decorate
async def decorated():
    await job()


threading.Thread(target=decorated).start()  # clean
threading.Thread(target=lambda: asyncio.run(work())).start()  # expect: bridge-thread-run(info)
threading.Thread(target=asyncio.run, args=(work(),)).start()  # clean


def given(callback, scheduler, client):
    if asyncio.iscoroutinefunction(callback):
        return asyncio.run(callback())
    threading.Thread(target=callback).start()  # clean
    scheduler.add_job(work)  # clean
    client.submit(work)  # clean
    return None


class Workers(threading.Thread):
    """Runs coroutine functions."""

    def run(self):
        asyncio.run(self._target())


Workers(target=work).start()  # clean


class Other:
    async def call_soon(self, callback):
        await callback()

    async def use(self):
        await self.call_soon(work)  # clean
