"""Two rules see one defect: only the one that says how it is mended reports it."""
import asyncio
import threading
import time

import requests

from elsewhere import job

thread_lock = threading.Lock()


def wait_a_second(path):
    time.sleep(1)
    return None


def add_up():
    total = 0
    for i in range(10_000_000):
        total += i * i % 7
    return total


async def numbers():
    yield await job()


async def called_early():
    await asyncio.to_thread(wait_a_second("a"))  # expect: bridge-called-early
    await asyncio.to_thread(time.sleep(1))  # expect: blocking-sleep, bridge-called-early


async def computes():
    return add_up()  # expect: blocking-cpu


async def waits_for_the_loop(loop):
    future = asyncio.run_coroutine_threadsafe(job(), loop)
    return future.result()  # expect: bridge-threadsafe-result


async def holds_a_thread_lock():
    with thread_lock:  # expect: lock-across-await
        await job()


async def loops():
    for n in numbers():  # expect: protocol-iter
        print(n)


async def enters_a_new_lock():
    with asyncio.Lock():  # expect: protocol-with
        job.count += 1


async def enters_a_local_lock():
    lock = asyncio.Lock()  # clean
    with lock:  # expect: protocol-with
        job.count += 1


async def enters_it_rightly():
    lock = asyncio.Lock()  # expect: lock-inline
    async with lock:
        job.count += 1


def without_a_limit(url):
    return requests.get(url, timeout=None)  # expect: timeout-disabled
