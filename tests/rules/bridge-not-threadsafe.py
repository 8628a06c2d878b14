"""asyncio objects used from threads; and used in the loop, or from threads as they should be."""
import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from elsewhere import read, tell

executor = ThreadPoolExecutor(4)
wake = asyncio.Event()


def waker():
    wake.set()  # expect: bridge-not-threadsafe


threading.Thread(target=waker).start()


class Reader:
    def __init__(self):
        self.queue = asyncio.Queue()
        self.loop = asyncio.get_event_loop()  # noqa
        self.done = threading.Event()

    def start(self):
        self.thread = threading.Thread(target=self.pump, daemon=True)
        self.thread.start()
        threading.Thread(target=self.pump_well).start()

    def pump(self):
        for line in read():
            self.queue.put_nowait(line)  # expect: bridge-not-threadsafe
        self.loop.call_soon(tell)  # expect: bridge-not-threadsafe
        self.done.set()  # clean

    def pump_well(self):
        for line in read():
            self.loop.call_soon_threadsafe(self.queue.put_nowait, line)  # clean
        asyncio.run_coroutine_threadsafe(self.queue.put(None), self.loop).result()

    def both_sides(self, line):
        self.queue.put_nowait(line)  # clean

    async def on_line(self, line):
        self.both_sides(line)
        await asyncio.to_thread(self.both_sides, line)
        self.queue.put_nowait(line)  # clean


async def waits():
    future = asyncio.get_running_loop().create_future()

    def body():
        future.set_result(read())  # expect: bridge-not-threadsafe

    def well():
        future.get_loop().call_soon_threadsafe(future.set_result, 1)  # clean

    futures = executor.submit(body), executor.submit(well)
    return await future, futures


async def by_lambda(event: asyncio.Event):
    await asyncio.to_thread(lambda: event.set())  # expect: bridge-not-threadsafe
    event.set()  # clean


def own_loop():
    loop = asyncio.new_event_loop()
    queue = asyncio.Queue()
    loop.call_soon(queue.put_nowait, 1)  # clean
    loop.run_forever()


threading.Thread(target=own_loop).start()


def callback(queue: asyncio.Queue):
    queue.put_nowait(1)  # clean
