import functools
from functools import cache, cached_property, lru_cache, lru_cache as memo

import cachetools
from async_lru import alru_cache
from cachetools import TTLCache, cached
from django.utils.functional import cached_property as lazy


@functools.lru_cache(maxsize=None)  # expect: task-cached(error)
async def called(x):
    return await x.load()


@lru_cache  # expect: task-cached(error)
async def bare(x):
    return await x.load()


@memo(10)  # expect: task-cached
async def renamed(x):
    return await x.load()


@cached(cache=TTLCache(10, 60))  # expect: task-cached
async def third_party(x):
    return await x.load()


@cache  # expect: task-cached
async def generator(x):
    async for y in x:
        yield y


class Service:
    @cached_property  # expect: task-cached
    async def session(self):
        return await self.connect()

    @lazy  # expect: task-cached
    async def user(self):
        return await self.connect()

    @staticmethod
    @cache  # expect: task-cached
    async def static(x):
        return await x.load()

    @cache  # expect: task-cached
    @classmethod
    async def classy(cls, x):
        return await x.load()

    @property
    async def fine(self):  # clean
        return await self.connect()

    @cached_property
    def name(self):  # clean
        return self.connect()

    async def connect(self):
        return await self.open()


async def plain(x):
    return await x.load()


wrapped = functools.lru_cache(maxsize=8)(plain)  # expect: task-cached
direct = cache(plain)  # expect: task-cached


# Caches that know coroutines.
@alru_cache(maxsize=None)  # clean
async def async_cache(x):
    return await x.load()


def shared(function):
    return lambda *args: function(*args)


@cache  # clean
@shared
async def made_awaitable(x):
    return await x.load()


@alru_cache  # clean
async def other(x):
    return await x.load()


@cache  # clean
def sync(x):
    return x.load()


sized = lru_cache(maxsize=8)(sync)  # clean
cleared = cachetools.LRUCache(10)  # clean


def local(lru_cache):
    @lru_cache  # clean
    async def inner(x):
        return await x.load()

    return inner


@cache  # lapse: ignore[task-cached]  # suppressed: task-cached
async def silenced(x):
    return await x.load()
