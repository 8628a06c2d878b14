"""asyncio as it was written before Python 3.10; and as it is written for old and new ones."""
import asyncio
import sys

import pytest

from elsewhere import event_loop_policy, job, serve


async def fetch():
    await job()


def main():
    loop = asyncio.get_event_loop()  # expect: bridge-legacy
    loop.run_until_complete(fetch())


module_loop = asyncio.get_event_loop()  # expect: bridge-legacy


class Service:
    loop = asyncio.get_event_loop()  # expect: bridge-legacy

    def __init__(self, loop):
        self.lock = asyncio.Lock(loop=loop)  # expect: bridge-legacy
        self.queue = asyncio.Queue(10, loop=loop)  # expect: bridge-legacy
        self.future = asyncio.Future(loop=loop)  # clean

    async def wait(self):
        await asyncio.sleep(1, loop=self.loop)  # expect: bridge-legacy
        done, _ = await asyncio.wait([fetch(), fetch()])  # expect: bridge-legacy
        jobs = [fetch() for _ in range(3)]
        more, _ = await asyncio.wait(jobs)  # expect: bridge-legacy
        last, _ = await asyncio.wait([asyncio.create_task(fetch())])  # clean
        return [t.result() for t in done], [t.result() for t in more], [t.result() for t in last]


@asyncio.coroutine  # expect: bridge-legacy
def old_style():
    yield from asyncio.sleep(1)


# ---- for old and new Pythons ----

async def in_a_coroutine():
    loop = asyncio.get_event_loop()  # clean

    def later():
        return asyncio.get_event_loop()  # clean

    loop.call_soon(later)
    done, _ = await asyncio.wait({asyncio.ensure_future(fetch())})  # clean
    return [t.result() for t in done]


def in_a_callback(future):
    asyncio.get_event_loop().call_soon(future.cancel)  # clean


def makes_one_when_missing():
    try:
        loop = asyncio.get_event_loop()  # clean
    except RuntimeError:
        loop = asyncio.new_event_loop()
    loop.run_until_complete(fetch())


def sets_one():
    asyncio.set_event_loop(asyncio.new_event_loop())
    asyncio.get_event_loop().run_until_complete(fetch())  # clean


def by_version(loop):
    if sys.version_info < (3, 10):
        lock = asyncio.Lock(loop=loop)  # clean
    else:
        lock = asyncio.Lock()
    return lock


def other(loop):
    event_loop_policy.get_event_loop()  # clean
    serve(loop=loop)  # clean
    return asyncio.StreamReader(loop=loop)  # clean


@pytest.mark.skipif(sys.version_info >= (3, 11), reason="gone")
def test_generators():
    @asyncio.coroutine  # clean
    def generator():
        yield from job()

    return generator


if sys.version_info < (3, 11):

    @asyncio.coroutine  # clean
    def generator():
        yield from job()


try:
    import uvloop
except ImportError:

    def fallback():
        loop = asyncio.get_event_loop()  # expect: bridge-legacy
        loop.run_until_complete(fetch())


@pytest.mark.skipif(sys.version_info < (3, 5), reason="not yet")
def test_old():
    asyncio.get_event_loop().run_until_complete(fetch())  # expect: bridge-legacy
