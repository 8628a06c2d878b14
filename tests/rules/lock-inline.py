"""Locks that one run of one function makes for itself; and locks that are shared."""
import asyncio
import contextlib
import multiprocessing
import threading
from threading import RLock as Mutex

import anyio
import trio

from elsewhere import save, work


def thread_lock_in_with(total):
    with threading.Lock():  # expect: lock-inline
        total.value += 1


def aliased(total):
    with Mutex():  # expect: lock-inline
        total.value += 1


async def async_lock_in_with(total):
    async with asyncio.Lock():  # expect: lock-inline
        total.value = await work(total)


async def second_item(session, total):
    async with session, asyncio.Semaphore(5):  # expect: lock-inline
        total.value = await work(total)


async def other_libraries(total):
    async with anyio.CapacityLimiter(1):  # expect: lock-inline
        await work(total)
    async with trio.Lock():  # expect: lock-inline
        await work(total)


def between_processes(total):
    with multiprocessing.Lock():  # expect: lock-inline
        total.value += 1


async def local_lock(items):
    lock = asyncio.Lock()  # expect: lock-inline
    for item in items:
        async with lock:
            await work(item)


def local_acquired(total):
    guard = threading.Lock()  # expect: lock-inline
    guard.acquire()
    try:
        total.value += 1
    finally:
        guard.release()


class Counter:
    def __init__(self):
        self.lock = threading.Lock()
        self.total = 0

    def add(self):
        lock = threading.RLock()  # expect: lock-inline
        with lock:
            self.total += 1


# ---- shared ----

module_lock = threading.Lock()


def uses_module_lock(total):
    with module_lock:  # clean
        total.value += 1


class Shared:
    def __init__(self):
        self.lock = threading.Lock()
        local = threading.Lock()
        self.other = local  # clean

    def add(self):
        with self.lock:  # clean
            self.total += 1


def passed_on(pool):
    lock = threading.Lock()
    pool.submit(work, lock)
    with lock:  # clean
        save()


async def captured(items):
    limit = asyncio.Semaphore(5)

    async def one(item):
        async with limit:  # clean
            return await work(item)

    return await asyncio.gather(*[one(i) for i in items])


async def given_to_gathered(items):
    limit = asyncio.Semaphore(5)
    async with limit:  # clean
        await asyncio.gather(*[work(i, limit) for i in items])


def returned():
    lock = threading.Lock()
    with lock:  # clean
        save()
    return lock


def stored(registry):
    lock = threading.Lock()
    registry["lock"] = lock
    with lock:  # clean
        save()


def given(lock=None):
    if lock is None:
        lock = threading.Lock()
    with lock:  # clean
        save()


def around_a_shared_lock(lock):
    with threading.Condition(lock):  # clean
        save()


async def looks_at_the_lock():
    lock = asyncio.Lock()
    async with lock:  # clean
        assert lock.locked()


async def watches_it_wait():
    lock = asyncio.Lock()  # clean
    waiting = asyncio.ensure_future(lock.acquire())
    lock.release()
    return await waiting


def not_a_lock(path):
    with contextlib.suppress(OSError), open(path) as f:  # clean
        return f.read()


def generator():
    lock = threading.Lock()
    with lock:  # clean
        yield lock


def never_taken():
    lock = threading.Lock()  # clean
    save()


def made_global():
    global module_lock
    module_lock = threading.Lock()  # clean
    with module_lock:
        save()


def naps_in_a_loop(update):
    pause = threading.Condition()  # clean
    while update():
        with pause:
            pause.wait(60)
