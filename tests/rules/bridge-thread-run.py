"""Event loops in threads besides another one; and threads whose loop is the only one, or is kept."""
import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import pytest

from elsewhere import job, save

lock = asyncio.Lock()
thread_lock = threading.Lock()


async def shared():
    async with lock:
        await save()


async def own():
    mine = asyncio.Queue()
    await save(mine)
    await mine.get()


def runs_shared():
    asyncio.run(shared())  # expect: bridge-thread-run(error)


def runs_own():
    asyncio.run(own())  # expect: bridge-thread-run(info)


def runs_on_new_loop():
    loop = asyncio.new_event_loop()
    loop.run_until_complete(own())  # clean


def not_in_a_thread():
    asyncio.run(own())  # clean


class Client:
    def __init__(self, session: aiohttp.ClientSession):
        self.session = session

    async def load(self, url):
        async with self.session.get(url) as response:
            return await response.text()

    def load_sync(self, url):
        return asyncio.run(self.load(url))  # expect: bridge-thread-run(error)

    async def main(self, url):
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, self.load_sync, url)


async def main(pool: ThreadPoolExecutor):
    threading.Thread(target=runs_shared).start()
    threading.Thread(target=runs_on_new_loop).start()
    await asyncio.wrap_future(pool.submit(runs_own))
    await asyncio.to_thread(lambda: asyncio.run(own()))  # expect: bridge-thread-run(info)


def loop_thread():
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(own())  # clean
    loop.run_forever()


@pytest.fixture
def server():
    def body():
        asyncio.run(own())  # clean

    threading.Thread(target=body).start()


threading.Thread(target=loop_thread).start()


if __name__ == "__main__":
    asyncio.run(main(None))  # clean
