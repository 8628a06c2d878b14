# Callables that are named where something else runs them.
import asyncio
import functools
import multiprocessing
import threading
import time
import anyio
import trio
from asgiref.sync import sync_to_async
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from starlette.concurrency import run_in_threadpool


class Worker(threading.Thread):
    pass


class Loop:
    def run_in_executor(self, f):
        pass


async def main(self, loop, executor, group, numbers):
    await asyncio.to_thread(time.sleep, 1)  #: offloads time.sleep
    await asyncio.to_thread(time.sleep(1))  #: offloads -
    await asyncio.to_thread(lambda: time.sleep(1))  #: offloads -
    await loop.run_in_executor(None, time.sleep, 1)  #: offloads time.sleep
    await loop.run_in_executor(None, work)  #: offloads work
    await loop.run_in_executor(None, partial(work, 1))  #: offloads work
    await loop.run_in_executor(None, functools.partial(work, 1))  #: offloads work
    partial(work, 1)  #: offloads -
    partial(asyncio.to_thread, work)  #: offloads asyncio.to_thread, work
    await asyncio.get_running_loop().run_in_executor(None, work)  #: offloads work
    await anyio.to_thread.run_sync(work)  #: offloads work
    await anyio.to_process.run_sync(work)  #: offloads work
    await trio.to_thread.run_sync(work)  #: offloads work
    await run_in_threadpool(work)  #: offloads work
    await sync_to_async(work)(1)  #: offloads work
    threading.Thread(target=work).start()  #: offloads work
    threading.Thread(None, work)  #: offloads work
    threading.Timer(1, work)  #: offloads work
    multiprocessing.Process(target=work)  #: offloads work
    multiprocessing.Pool().map(work, [1])  #: offloads work
    Worker(target=work)  #: offloads work
    ThreadPoolExecutor().submit(work)  #: offloads work
    executor.submit(work)  #: offloads work
    self._pool.map(work, [])  #: offloads work
    with ThreadPoolExecutor() as ex:
        ex.submit(work, 1)  #: offloads work
    await asyncio.to_thread(work if numbers else time.sleep)  #: offloads work, time.sleep
    await asyncio.to_thread(work if other else self.work)  #: offloads work, self.work
    form.submit(work)  #: offloads -
    map(work, [1])  #: offloads -
    group.map(work)  #: offloads -
    print(work)  #: offloads -
    loop.call_soon(work)  #: offloads -
    threading.Thread(target=work, args=(print,))  #: offloads work
    Loop().run_in_executor(work)  #: offloads -
    asyncio.create_task(work())  #: offloads -
