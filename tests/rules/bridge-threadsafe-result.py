"""Waiting in the event loop for run_coroutine_threadsafe(), and futures nobody looks at."""
import asyncio
import threading

from elsewhere import job, tell


async def at_once(loop):
    return asyncio.run_coroutine_threadsafe(job(), loop).result()  # expect: bridge-threadsafe-result


async def with_timeout(loop):
    future = asyncio.run_coroutine_threadsafe(job(), loop)
    return future.result(timeout=10)  # expect: bridge-threadsafe-result


class Client:
    async def ping(self):
        future = asyncio.run_coroutine_threadsafe(self.call(), self.loop)
        if future.exception():  # expect: bridge-threadsafe-result
            return None
        return 1

    def callback(self, message):
        asyncio.run_coroutine_threadsafe(self.call(message), self.loop)  # expect: bridge-threadsafe-result(warning)

    def unread(self, message):
        future = asyncio.run_coroutine_threadsafe(job(message), self.loop)  # expect: bridge-threadsafe-result(warning)

    async def call(self, message=None):
        await job(message)

    async def safe(self, message):
        try:
            await job(message)
        except Exception as e:
            tell(e)

    def caught_inside(self, message):
        asyncio.run_coroutine_threadsafe(self.safe(message), self.loop)  # clean

    def fills(self, message):
        asyncio.run_coroutine_threadsafe(self.queue.put(message), self.loop)  # clean

    def returned(self, message):
        return asyncio.run_coroutine_threadsafe(self.call(message), self.loop)  # clean

    def in_a_thread(self, message):
        return asyncio.run_coroutine_threadsafe(self.call(message), self.loop).result()  # clean

    def with_callback(self, message):
        future = asyncio.run_coroutine_threadsafe(self.call(message), self.loop)
        future.add_done_callback(tell)  # clean


async def wrapped(loop):
    future = asyncio.run_coroutine_threadsafe(job(), loop)
    await asyncio.wrap_future(future)
    return future.result()  # clean


async def polled(loop):
    future = asyncio.run_coroutine_threadsafe(job(), loop)
    while not future.done():
        await asyncio.sleep(0.1)
    return future.result()  # clean


async def other_thread(loop):
    def body():
        return asyncio.run_coroutine_threadsafe(job(), loop).result()  # clean

    threading.Thread(target=body).start()
    await asyncio.to_thread(lambda: asyncio.run_coroutine_threadsafe(job(), loop).result())  # clean


async def task_result(loop):
    task = asyncio.create_task(job())
    await asyncio.wait([task])
    return task.result()  # clean
