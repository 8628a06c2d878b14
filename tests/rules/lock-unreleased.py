"""Locks that an exception leaves locked; and locks that are let go in any case."""
import asyncio
import contextlib
import threading

from elsewhere import load, save

lock = threading.Lock()
limit = asyncio.Semaphore(5)


def call_between(path):
    lock.acquire()  # expect: lock-unreleased
    save(path)
    lock.release()


def return_between(path, items):
    lock.acquire()  # expect: lock-unreleased
    if path in items:
        return items[path]
    lock.release()
    return None


async def await_between(path):
    await limit.acquire()  # expect: lock-unreleased
    value = await load(path)
    limit.release()
    return value


def generator(items):
    lock.acquire()  # expect: lock-unreleased
    for item in items:
        yield item
    lock.release()


class Store:
    def __init__(self, shared_lock):
        self.lock = shared_lock
        self.data = {}

    def unknown_lock(self, path):
        self.lock.acquire()  # expect: lock-unreleased
        self.data[path] = load(path)
        self.lock.release()

    def raises(self, path):
        self.lock.acquire()  # expect: lock-unreleased
        if path not in self.data:
            raise KeyError(path)
        self.lock.release()

    def in_finally(self, path):
        self.lock.acquire()  # clean
        try:
            self.data[path] = load(path)
        finally:
            self.lock.release()

    def inside_try(self, path):
        try:
            self.lock.acquire()  # clean
            self.data[path] = load(path)
        finally:
            self.lock.release()

    def in_handler(self, path):
        self.lock.acquire()  # clean
        try:
            self.data[path] = load(path)
        except BaseException:
            self.lock.release()
            raise
        self.lock.release()

    def nothing_between(self, path):
        self.lock.acquire()  # clean
        self.data[path] = 1
        self.lock.release()

    def conditional(self, path):
        if self.lock.acquire(timeout=1):  # clean
            load(path)
            self.lock.release()

    def __enter__(self):
        self.lock.acquire()  # clean
        return self

    def __exit__(self, *args):
        self.lock.release()


async def released_elsewhere(path):
    await limit.acquire()  # clean
    task = asyncio.create_task(load(path))
    task.add_done_callback(lambda t: limit.release())
    return task


def by_stack(path):
    with contextlib.ExitStack() as stack:
        lock.acquire()  # clean
        stack.callback(lock.release)
        save(path)


def test_of_a_lock(pool):
    own = threading.Lock()
    own.acquire()  # clean
    pool.submit(own)
    own.release()


def copies(items):
    lock.acquire()
    copy = list(items)
    lock.release()  # clean
    return copy


def not_a_lock(pool, path):
    pool.acquire()  # clean
    save(path)
    pool.release()


def let_go_for_a_while(path):
    with lock:
        lock.release()
        save(path)
        lock.acquire()  # clean


def archives(tar, path):
    lock.acquire()  # expect: lock-unreleased
    tar.add(path, "name")
    lock.release()


def announces(items, found):
    lock.acquire()  # clean
    print("{0} has the lock".format(threading.current_thread().getName()))
    items.extend(found)
    lock.release()


def counts(stats):
    lock.acquire()  # clean
    for i in range(100):
        stats.total += i
    lock.release()
