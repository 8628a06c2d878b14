"""Thread locks held across an await; and locks that are let go before, or are async."""
import asyncio
import multiprocessing
import threading
from contextlib import suppress

from elsewhere import Lock, load, save

guard = threading.RLock()
async_guard = asyncio.Lock()


async def module_lock(key):
    with guard:  # expect: lock-across-await
        return await load(key)


class Cache:
    def __init__(self):
        self.lock = threading.Lock()
        self.async_lock = asyncio.Lock()
        self.between = multiprocessing.Lock()
        self.unknown = Lock()
        self.data = {}

    async def get(self, key):
        with self.lock:  # expect: lock-across-await
            if key not in self.data:
                self.data[key] = await load(key)
            return self.data[key]

    async def each(self, keys):
        with suppress(KeyError), self.lock:  # expect: lock-across-await
            async for key in keys:
                self.data.pop(key)

    async def stream(self):
        with self.lock:  # expect: lock-across-await
            for key in self.data:
                yield await load(key)

    async def across_processes(self, key):
        with self.between:  # expect: lock-across-await
            async with load(key) as value:
                self.data[key] = value

    async def by_hand(self, key):
        self.lock.acquire()  # expect: lock-across-await
        try:
            self.data[key] = await load(key)
        finally:
            self.lock.release()

    async def let_go(self, key):
        with self.lock:  # expect: blocking-wait(info)
            value = self.data.get(key)
        if value is None:
            value = await load(key)
        return value

    async def nested_function(self, key):
        with self.lock:  # expect: blocking-wait(info)
            async def later():
                await save(key)
            self.later = later
        await self.later()

    async def async_locks(self, key):
        async with self.async_lock, async_guard:  # clean
            self.data[key] = await load(key)

    async def shared_state(self, key):
        async with self.async_lock:  # clean
            return await load(key)

    async def only_named(self, key):
        lock = self.lock  # clean
        return await load(key, lock)

    async def unknown_lock(self, key):
        with self.unknown:  # clean
            self.data[key] = await load(key)

    def sync(self, key):
        with self.lock:  # clean
            return self.data[key]

    async def released_before(self, key):
        self.lock.acquire()  # expect: blocking-wait(error)
        value = self.data
        self.lock.release()
        await save(value)  # clean

    async def of_another_module(self, profile, key):
        with profile.lock:  # expect: lock-across-await(warning)
            self.data[key] = await load(key)

    async def made_by_a_call(self, files, key):
        with files.lock(key):  # clean
            self.data[key] = await load(key)
