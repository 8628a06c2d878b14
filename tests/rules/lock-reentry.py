"""Locks taken again by who holds them; and reentrant ones, or ones let go before."""
import asyncio
import threading

from elsewhere import book, log

guard = threading.Lock()


def nested():
    with guard:
        with guard:  # expect: lock-reentry
            book()


def acquired():
    with guard:
        guard.acquire()  # expect: lock-reentry
        book()


def locked_write():
    with guard:
        book()


def calls_function():
    with guard:
        locked_write()  # expect: lock-reentry


class Stock:
    def __init__(self):
        self.lock = threading.Lock()
        self.tree = threading.RLock()
        self.state = asyncio.Lock()
        self.changed = threading.Condition()
        self.slots = threading.Semaphore(2)
        self.items = []

    def count(self):
        with self.lock:
            return len(self.items)

    def half(self):
        return self.count() / 2

    def report(self):
        with self.lock:
            return log(self.count())  # expect: lock-reentry

    def report_half(self):
        with self.lock:
            return self.half()  # expect: lock-reentry

    async def load(self):
        async with self.state:
            self.items = await book()

    async def reload(self):
        async with self.state:
            await self.load()  # expect: lock-reentry

    async def reload_later(self):
        async with self.state:
            return asyncio.create_task(self.load())  # clean

    def walk(self):
        with self.tree:
            for item in self.items:
                self.walk_item(item)  # clean

    def walk_item(self, item):
        with self.tree:
            log(item)

    def change(self):
        with self.changed:
            self.tell()  # clean

    def tell(self):
        with self.changed:
            self.changed.notify_all()

    def two_slots(self):
        with self.slots:
            with self.slots:  # clean
                book()

    def by_hand(self):
        self.lock.acquire()
        try:
            return self.count()  # expect: lock-reentry
        finally:
            self.lock.release()

    def twice(self):
        self.lock.acquire()
        self.items.clear()
        self.lock.release()
        self.lock.acquire()  # clean
        self.items.append(1)
        self.lock.release()

    def lets_go(self):
        with self.lock:
            self.lock.release()
            self.count()  # clean
            self.lock.acquire()

    def after(self):
        with self.lock:
            items = list(self.items)
        return self.count(), items  # clean

    def other_object(self, other: "Stock"):
        with self.lock:
            return other.count()  # clean

    def later(self, pool):
        with self.lock:
            pool.append(lambda: self.count())  # clean
            pool.append(self.count)  # clean


class Socket:
    def __init__(self):
        self.lock = threading.Lock()

    def open(self):
        with self.lock:
            self.peer = book()
            return self.receive(force=True), self.receive(True)  # clean

    def receive(self, force=False):
        data = self.peer.read()
        if data is None:
            if force:
                raise ConnectionError
            self.open()
        return data

    def reset(self):
        with self.lock:
            self.greet("again")  # expect: lock-reentry

    def greet(self, text, wait=True):
        if wait:
            with self.lock:
                self.peer.write(text)
