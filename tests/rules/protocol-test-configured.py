"""Many tests without a mark: the configuration marks them, and a mark here and there is left over."""
import pytest

from elsewhere import load


@pytest.mark.asyncio
async def test_marked():  # clean
    assert await load() == 1


@pytest.mark.asyncio
async def test_marked_too():  # clean
    assert await load() == 1


@pytest.mark.of_a_plugin
async def test_other_mark():  # clean
    assert await load() == 1


async def test_unmarked():  # clean
    assert await load() == 1
