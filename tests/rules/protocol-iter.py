"""for over what only async for can iterate, async for over what it cannot."""
import asyncio

import httpx
import pytest
from redis.asyncio import Redis

from elsewhere import Base, decorate, get


async def pages():
    yield await get(1)


async def page():
    return await get(1)


def numbers():
    yield 1


async def loops():
    for p in pages():  # expect: protocol-iter(error)
        print(p)
    async for p in pages():  # clean
        print(p)
    async for p in page():  # expect: protocol-iter
        print(p)
    async for p in await page():  # clean
        print(p)
    for p in await page():  # clean
        print(p)
    async for n in numbers():  # expect: protocol-iter
        print(n)
    for n in numbers():  # clean
        print(n)
    for p in page():  # expect: task-unawaited
        print(p)
    async for p in asyncio.sleep(1):  # expect: protocol-iter
        print(p)


async def expressions():
    a = [p for p in pages()]  # expect: protocol-iter
    b = [p async for p in pages()]  # clean
    c = {p async for p in page()}  # expect: protocol-iter
    d = list(pages())  # expect: protocol-iter
    e = sorted(await page())  # clean
    f = {k: v for k, v in enumerate(pages())}  # expect: protocol-iter
    g = await anext(pages())  # clean
    return a, b, c, d, e, f, g


def delegates():
    yield from pages()  # expect: protocol-iter


async def catalogue(client: httpx.AsyncClient, redis: Redis, reader: asyncio.StreamReader):
    for key in redis.scan_iter("a*"):  # expect: protocol-iter
        print(key)
    async for key in redis.scan_iter("b*"):  # clean
        print(key)
    for line in reader:  # expect: protocol-iter
        print(line)
    async for line in reader:  # clean
        print(line)


class Rows:
    def __aiter__(self):
        return self

    async def __anext__(self):
        return await get(1)

    async def stream(self):
        yield await get(2)

    async def load(self):
        return await get(3)

    async def use(self):
        for row in self.stream():  # expect: protocol-iter
            print(row)
        async for row in self.load():  # expect: protocol-iter
            print(row)


class Both(Rows):
    def __iter__(self):
        return iter([])


class Unknown(Base):
    def __aiter__(self):
        return self


async def classes():
    for row in Rows():  # expect: protocol-iter
        print(row)
    for row in Both():  # clean
        print(row)
    for row in Unknown():  # clean
        print(row)
    async for row in Rows():  # clean
        print(row)


# Subclasses may write it as a generator.
class Source:
    async def items(self):
        """Gives items."""
        raise NotImplementedError

    async def all(self):
        async for item in self.items():  # clean
            print(item)


@decorate
async def decorated():
    yield 1


async def unknown(given):
    for x in decorated():  # clean
        print(x)
    async for x in given():  # clean
        print(x)
    with pytest.raises(TypeError):
        for x in pages():  # clean
            print(x)
