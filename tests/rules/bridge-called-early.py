"""Functions called where they should be passed; and calls that give a callable."""
import asyncio
import functools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests
import trio

from elsewhere import job, make_job


def save(path):
    job(path)
    return None


def count(path):
    rows = job(path)
    return [len(r) for r in rows]


def make_worker(path):
    def worker():
        job(path)
    return worker


async def fetch(path):
    await job(path)


def lines(path):
    for line in job(path):
        yield line


threading.Thread(target=save("a")).start()  # expect: bridge-called-early
threading.Thread(target=count("a")).start()  # expect: bridge-called-early
threading.Thread(target=lines("a")).start()  # expect: bridge-called-early
threading.Timer(3, print("late")).start()  # expect: bridge-called-early
trio.run(fetch("a"))  # expect: bridge-called-early


class Service:
    def flush(self):
        self.file.flush()

    async def poll(self):
        await job()

    def start(self, pool: ThreadPoolExecutor, loop: asyncio.AbstractEventLoop):
        self.future = pool.submit(self.flush())  # expect: bridge-called-early
        loop.call_soon(self.flush())  # expect: bridge-called-early
        loop.call_later(5, self.poll())  # expect: bridge-called-early


async def early(nursery, task, loop):
    await asyncio.to_thread(save("a"))  # expect: bridge-called-early
    await asyncio.to_thread(time.sleep(1))  # expect: bridge-called-early, blocking-sleep
    await loop.run_in_executor(None, requests.get("/", timeout=5))  # expect: bridge-called-early, blocking-http
    await loop.run_in_executor(
        None,
        count("a"),  # expect: bridge-called-early
    )
    task.add_done_callback(save("a"))  # expect: bridge-called-early
    nursery.start_soon(fetch("a"))  # expect: bridge-called-early


# ---- calls that give, or may give, a callable ----

def stub(path):
    raise NotImplementedError


class Caller:
    def __init__(self):
        print("made")

    def __call__(self):
        job()


def again(fn):
    return fn


threading.Thread(target=make_worker("a")).start()  # clean
threading.Thread(target=make_job("a")).start()  # clean
threading.Thread(target=stub("a")).start()  # clean
threading.Thread(target=Caller()).start()  # clean
threading.Thread(target=again(save)).start()  # clean
threading.Thread(target=functools.partial(save, "a")).start()  # clean


async def right(nursery, loop, task, self):
    await asyncio.to_thread(save, "a")  # clean
    await asyncio.to_thread(make_worker("a"))  # clean
    nursery.start_soon(fetch, "a")  # clean
    task.add_done_callback(self.done())  # clean
    await asyncio.wait_for(fetch("a"), 5)  # clean
    await loop.run_in_executor(None, save, count("a"))  # clean
