"""Tests are marked one by one: what has no mark is not awaited."""
import pytest

from elsewhere import load


@pytest.mark.asyncio
async def test_marked():  # clean
    assert await load() == 1


@pytest.mark.anyio()
@pytest.mark.parametrize("n", [1, 2])
async def test_marked_too(n):  # clean
    assert await load() == n


@pytest.mark.asyncio
@pytest.mark.of_a_plugin
async def test_third():  # clean
    assert await load() == 1


class TestGroup:
    @pytest.mark.asyncio
    async def test_fourth(self):  # clean
        assert await load() == 1

    @pytest.mark.asyncio
    async def test_fifth(self):  # clean
        assert await load() == 1

    @pytest.mark.asyncio
    async def test_sixth(self):  # clean
        assert await load() == 1

    @pytest.mark.parametrize("n", [1, 2])
    async def test_forgotten(self, n):  # expect: protocol-test(info)
        assert await load() == n


async def test_forgotten_too():  # expect: protocol-test(info)
    assert await load() == 1


async def helper():  # clean
    assert await load() == 1
