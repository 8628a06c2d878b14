"""Locks taken in both orders; and in one, or where nothing can run between."""
import asyncio
import threading

from elsewhere import book, check

accounts = threading.Lock()
journal = threading.Lock()
outer = threading.Lock()
first = threading.Lock()
second = threading.Lock()
one, two, three = threading.Lock(), threading.Lock(), threading.Lock()


def transfer():
    with accounts:
        with journal:  # expect: lock-order
            book()


def audit():
    with journal, accounts:  # expect: lock-order
        check()


class Bank:
    def __init__(self):
        self.left = threading.Lock()
        self.right = threading.RLock()
        self.log = asyncio.Lock()
        self.state = asyncio.Lock()

    def move(self):
        with self.left:
            self.right.acquire()  # expect: lock-order
            try:
                book()
            finally:
                self.right.release()

    def back(self):
        with self.right:
            self.count()  # expect: lock-order

    def count(self):
        with self.left:
            return check()

    async def write(self):
        async with self.log:
            async with self.state:  # expect: lock-order
                await book()

    async def read(self):
        async with self.state:
            async with self.log:  # expect: lock-order
                await check()


def a():
    with one:
        with two:  # expect: lock-order
            book()


def b():
    with two:
        with three:  # expect: lock-order
            book()


def c():
    with three:
        with one:  # expect: lock-order
            book()


# ---- one order, or never at the same time ----

def guarded_one_way():
    with outer:
        with first:
            with second:  # clean
                book()


def guarded_other_way():
    with outer:
        with second:
            with first:  # clean
                book()


class Ordered:
    def __init__(self):
        self.a = threading.Lock()
        self.b = threading.Lock()
        self.r = threading.RLock()

    def one(self):
        with self.a:
            with self.b:  # clean
                book()

    def two(self):
        with self.a, self.b:  # clean
            book()

    def tries(self):
        with self.b:
            if self.a.acquire(timeout=1):  # clean
                self.a.release()

    def after(self):
        with self.b:
            check()
        with self.a:  # clean
            book()

    def again(self):
        with self.r:
            with self.r:  # clean
                book()

    def defines(self):
        with self.b:
            def later():
                with self.a:  # clean
                    book()
            return later


class Pair:
    def __init__(self):
        self.lock = threading.Lock()

    def swap(self, other):
        with self.lock:
            with other.lock:  # clean
                book()


read_lock = threading.Lock()
write_lock = threading.Lock()


def reads():
    read_lock.acquire()
    print("reading")
    write_lock.acquire()  # expect: lock-order
    print("and writing")
    write_lock.release()
    read_lock.release()


def writes():
    write_lock.acquire()
    try:
        with read_lock:  # expect: lock-order
            print("writing")
    finally:
        write_lock.release()


def one_after_the_other():
    write_lock.acquire()
    print("writing")
    write_lock.release()
    read_lock.acquire()  # clean
    print("reading")
    read_lock.release()
