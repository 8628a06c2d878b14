import asyncio
import unittest
from unittest import IsolatedAsyncioTestCase, TestCase, mock

from elsewhere import AsyncMixin, Base, async_test, load, register


class Plain(unittest.TestCase):
    async def test_load(self):  # expect: protocol-test(error)
        self.assertEqual(await load(), 1)

    @unittest.skipIf(load, "not now")
    async def test_skipped(self):  # expect: protocol-test(error)
        await load()

    @mock.patch("elsewhere.load")
    async def test_patched(self, patched):  # expect: protocol-test(error)
        await patched()

    def test_sync(self):  # clean
        asyncio.run(load())

    @async_test
    async def test_decorated(self):  # clean
        await load()

    async def helper(self):  # clean
        await load()

    async def test_called(self):  # clean
        await load()

    def test_calls(self):
        asyncio.run(self.test_called())


class Derived(Plain):
    async def test_more(self):  # expect: protocol-test(error)
        await load()


class Isolated(IsolatedAsyncioTestCase):
    async def test_isolated(self):  # clean
        await load()


class Mixed(AsyncMixin, TestCase):
    async def test_mixed(self):  # clean
        await load()


class Runs(TestCase):
    def run(self, result=None):
        return asyncio.run(super().run(result))

    async def test_runs(self):  # clean
        await load()


class Elsewhere(Base):
    async def test_elsewhere(self):  # clean
        await load()


# Without any mark in the file: the configuration, elsewhere, says what happens.
async def test_function():  # clean
    assert await load() == 1


class TestGroup:
    async def test_method(self):  # clean
        assert await load() == 1


@register
async def test_route():  # clean
    assert await load() == 1


async def test_with_loop(loop):  # clean
    assert await load() == 1


async def test_client(aiohttp_client):  # clean
    assert await load() == 1


async def test_connection():  # clean
    return await load()


async def test_used():  # clean
    assert await load() == 1


asyncio.run(test_used())
