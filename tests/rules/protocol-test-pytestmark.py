"""pytestmark marks all tests of the file, whatever else is marked."""
import pytest

from elsewhere import load

pytestmark = [pytest.mark.slow, pytest.mark.asyncio]


@pytest.mark.asyncio(loop_scope="module")
async def test_marked():  # clean
    assert await load() == 1


async def test_unmarked():  # clean
    assert await load() == 1
