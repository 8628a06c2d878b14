"""A plugin shows somewhere in the file: whether this test is awaited is its configuration's matter."""
import pytest

from elsewhere import load


@pytest.mark.asyncio
async def test_marked():  # clean
    assert await load() == 1


async def test_unmarked():  # clean
    assert await load() == 1
