"""Waiting for threads and processes in async code; and waits that are none."""
import asyncio
import concurrent.futures
import multiprocessing
import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, Queue

lock = threading.Lock()
guard = threading.RLock()
stopped = threading.Event()
jobs = Queue()
few = queue.Queue(maxsize=3)
condition = threading.Condition()


async def locks(data):
    lock.acquire()  # expect: blocking-wait
    try:
        data.append(1)
    finally:
        lock.release()
    if lock.acquire(False):  # clean
        lock.release()
    guard.acquire(blocking=False)  # clean
    lock.acquire(timeout=0)  # clean


async def short_section(data):
    with lock:  # expect: blocking-wait(info)
        data.append(1)


async def across_await(data):
    with lock:  # expect: lock-across-await
        await asyncio.sleep(0.1)
        data.append(1)


async def of_its_own():
    mine = threading.Lock()
    mine.acquire()  # clean
    return mine


async def signs():
    stopped.wait()  # expect: blocking-wait
    stopped.wait(timeout=5)  # expect: blocking-wait
    stopped.is_set()  # clean
    stopped.set()  # clean
    with condition:
        condition.wait_for(stopped.is_set)  # expect: blocking-wait


async def queues():
    item = jobs.get()  # expect: blocking-wait
    jobs.put(item)  # clean
    few.put(item)  # expect: blocking-wait
    few.put_nowait(item)  # clean
    jobs.join()  # expect: blocking-wait
    try:
        return jobs.get_nowait()  # clean
    except Empty:
        return jobs.get(block=False)  # clean


async def drained():
    while not jobs.empty():
        jobs.get()  # clean


async def threads(worker: threading.Thread, process: multiprocessing.Process):
    worker.join()  # expect: blocking-wait
    process.join(5)  # expect: blocking-wait
    await asyncio.to_thread(worker.join)  # clean
    return ", ".join(["a"])  # clean


async def ended_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        await asyncio.sleep(0.1)
    thread.join()  # clean


async def futures(pool: ThreadPoolExecutor, work):
    future = pool.submit(work)
    future.result()  # expect: blocking-wait
    other = pool.submit(work)
    await asyncio.wrap_future(other)
    other.result()  # clean
    concurrent.futures.wait([other])  # expect: blocking-wait
    for done in concurrent.futures.as_completed([other]):  # expect: blocking-wait
        print(done)
    pool.shutdown()  # expect: blocking-wait
    pool.shutdown(wait=False)  # clean


async def asked_future(pool: ThreadPoolExecutor, work):
    future = pool.submit(work)
    while not future.done():
        await asyncio.sleep(0.1)
    return future.result()  # clean


async def leaves_an_executor(work):
    with ThreadPoolExecutor(2) as pool:  # expect: blocking-wait
        pool.submit(work).add_done_callback(print)
        await asyncio.sleep(1)


async def executor_of_the_documentation(work):
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(2) as pool:  # clean
        return await loop.run_in_executor(pool, work)


async def on_the_same_loop(loop, job):
    asyncio.run_coroutine_threadsafe(job(), loop).result()  # expect: bridge-threadsafe-result


async def pipes(connection: multiprocessing.connection.Connection):
    if connection.poll():  # clean
        connection.recv()  # clean
    connection.poll(5)  # expect: blocking-wait


async def tasks(work):
    task = asyncio.create_task(work())
    done, _ = await asyncio.wait([task])
    for t in done:
        t.result()  # clean
    own = asyncio.Queue()
    await own.get()  # clean
    async with asyncio.Lock() as held:  # expect: lock-inline
        print(held)
    return task.result()  # clean


def sync():
    with lock:  # clean
        return jobs.get()  # clean


async def settled_here(future: concurrent.futures.Future, work):
    try:
        future.set_result(work())
    except ValueError as exc:
        future.set_exception(exc)
        future.exception()  # clean


async def settled_by_a_thread(work):
    done = concurrent.futures.Future()

    def run():
        done.set_result(work())

    threading.Thread(target=run).start()
    await asyncio.sleep(0)
    return done.result()  # known-miss: blocking-wait


async def counted():
    found = queue.Queue()
    await fill(found)
    assert found.qsize() == 1
    return found.get()  # clean


# What a loop goes through has the type of what was put in.
async def several(work, items):
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.join()  # expect: blocking-wait
    processes = []
    for item in items:
        process = multiprocessing.Process(target=work, args=(item,))
        processes.append(process)
    [p.join() for p in processes]  # expect: blocking-wait


async def listed(workers: list[threading.Thread]):
    for worker in sorted(workers):
        worker.join()  # expect: blocking-wait


async def mixed(work, others):
    joined = [threading.Thread(target=work)]
    joined.append(work.handle())
    for thing in joined:
        thing.join()  # clean
    more = [threading.Thread(target=work)]
    more.extend(others)
    for thing in more:
        thing.join()  # clean
    for first, second in [(threading.Thread(), work)]:
        first.join()  # clean


async def waited_for(pool: ThreadPoolExecutor, work):
    futures = [pool.submit(work) for _ in range(3)]
    await asyncio.gather(*[asyncio.wrap_future(f) for f in futures])
    await asyncio.wait(futures)
    return [f.result() for f in futures]  # clean
