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


async def test_unmarked():  # expect: protocol-test(info)
    assert await load() == 1


@pytest.mark.parametrize("n", [1, 2])
async def test_unmarked_too(n):  # expect: protocol-test(info)
    assert await load() == n


class TestGroup:
    async def test_method(self):  # expect: protocol-test(info)
        assert await load() == 1


@pytest.mark.usefixtures("own_mark")
@pytest.mark.of_a_plugin
async def test_other_mark():  # clean
    assert await load() == 1


async def test_with_loop(event_loop):  # clean
    assert await load() == 1


async def helper():  # clean
    assert await load() == 1
