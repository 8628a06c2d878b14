"""Conditions waited for without a loop or notified without their lock; and as they should be."""
import asyncio
import threading

from elsewhere import log, work

ready = threading.Condition()


def takes_once(state):
    with ready:
        if not state.items:
            ready.wait()  # expect: lock-condition(warning)
        return state.items.pop()


def consumes(state):
    while True:
        ready.acquire()  # expect: lock-unreleased
        if not state.items:
            log("nothing yet")
            ready.wait()  # expect: lock-condition(warning)
        item = state.items.pop(0)
        ready.release()
        work(item)


def consumes_with(state):
    while True:
        with ready:
            if not state.items:
                ready.wait()  # expect: lock-condition(warning)
            item = state.items.pop(0)
        work(item)


def follows():
    while True:
        with ready:
            ready.wait()  # clean
        work(None)


def asks_in_each_turn(state):
    with ready:
        while True:
            if state.items:
                return state.items.pop()
            ready.wait()  # clean


def lets_go(state):
    ready.acquire()
    if not state.items:
        ready.wait()  # expect: lock-condition(info)
    ready.release()
    return state.items.pop()


def tells(state):
    state.items.append(1)
    ready.notify()  # expect: lock-condition


class Box:
    def __init__(self):
        self.filled = threading.Condition()
        self.changed = asyncio.Condition()
        self.done = threading.Event()
        self.items = []

    def take(self):
        with self.filled:
            self.filled.wait()  # expect: lock-condition(info)
            return self.items.pop()

    async def next(self):
        async with self.changed:
            await self.changed.wait()  # expect: lock-condition
            return self.items[-1]

    def put(self, item):
        self.items.append(item)
        self.filled.notify_all()  # expect: lock-condition

    async def takes_its_turn(self):
        async with self.changed:
            if self.busy:
                await self.changed.wait()  # expect: lock-condition(warning)
            self.busy = True

    async def follows_the_other_one(self):
        async with self.changed:
            if self.busy:
                await self.changed.wait()  # expect: lock-condition(info)
                return not self.exhausted
            self.busy = True

    async def asks_again(self):
        async with self.changed:
            if not self.items:
                await self.changed.wait()  # expect: lock-condition(info)
            if not self.items:
                return None
            return self.items.pop()

    def take_well(self):
        with self.filled:
            while not self.items:
                self.filled.wait()  # clean
            return self.items.pop()

    def take_better(self):
        with self.filled:
            self.filled.wait_for(lambda: self.items)  # clean
            return self.items.pop()

    def put_well(self, item):
        with self.filled:
            self.items.append(item)
            self.filled.notify()  # clean

    def put_by_hand(self, item):
        self.filled.acquire()
        try:
            self.items.append(item)
            self.filled.notify()  # clean
        finally:
            self.filled.release()

    def wait_until_changed(self):
        with self.filled:
            self.filled.wait()  # clean

    def naps(self):
        with self.filled:
            self.filled.wait(5)  # clean
        log("woken")

    def _tell(self):
        self.filled.notify_all()  # clean

    def tell_all(self):
        self.filled.notify_all()  # clean

    def close(self):
        with self.filled:
            self.items.clear()
            self.tell_all()

    def helper_in_a_loop(self):
        while not self.items:
            def once():
                with self.filled:
                    self.filled.wait()  # clean
            once()

    async def helper_by_hand(self, name):
        while name not in self.items:
            async def once():
                await self.changed.acquire()
                await self.changed.wait()  # clean
            try:
                await asyncio.wait_for(once(), 1)
            finally:
                self.changed.release()

    def event(self):
        self.done.wait()  # clean

    async def tells_well(self):
        async with self.changed:
            self.changed.notify_all()  # clean
        await work()
