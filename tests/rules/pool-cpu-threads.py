"""Computations in threads; and work that threads are good for."""
import asyncio
import functools
import hashlib
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

import numpy as np
import requests


def count_down():
    n = 0
    while n < 50_000_000:
        n += 1
    return n


def square_sum(n):
    total = 0
    for i in range(n):
        total += i * i
    return total


def table(width, height):
    out = []
    for y in range(height):
        for x in range(width):
            out.append(x * y % 7)
    return out


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def norm(n):
    return sum(i * i for i in range(n))


def in_threads(sizes):
    with ThreadPoolExecutor(max_workers=4) as pool:
        pool.submit(count_down).result()  # expect: pool-cpu-threads
        list(pool.map(norm, sizes))  # expect: pool-cpu-threads
        list(pool.map(square_sum, [10**7] * 4))  # expect: pool-cpu-threads
        pool.submit(functools.partial(table, 800, 600)).result()  # expect: pool-cpu-threads


def in_a_thread():
    worker = threading.Thread(target=count_down)  # expect: pool-cpu-threads
    worker.start()
    worker.join()


async def in_async_code(size):
    await asyncio.to_thread(table, size, size)  # expect: pool-cpu-threads
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, fib, 35)  # expect: pool-cpu-threads


def in_a_pool(sizes):
    with ThreadPool(4) as pool:
        return pool.map(norm, sizes)  # expect: pool-cpu-threads


# ---- right for threads, or in processes ----

def fetch(urls):
    return [requests.get(u, timeout=5).text for u in urls]


def matrix(n):
    total = 0
    for i in range(1_000_000):
        total += i
    return np.full((n, n), total)


def digest(blocks):
    total = hashlib.sha256()
    for block in blocks:
        total.update(block)
    return total.hexdigest()


def short():
    total = 0
    for i in range(1000):
        total += i
    return total


def talks(n):
    for i in range(1_000_000):
        print(i)


def copies(rows):
    return [row * 2 for row in rows]


def other_work(urls, blocks, rows):
    with ThreadPoolExecutor(max_workers=4) as pool:
        pool.submit(fetch, urls).result()  # clean
        pool.submit(matrix, 3).result()  # clean
        pool.submit(digest, blocks).result()  # clean
        pool.submit(short).result()  # clean
        pool.submit(talks, 3).result()  # clean
        pool.submit(copies, rows).result()  # clean
        pool.submit(square_sum, 10).result()  # clean
        pool.submit(table, 20, 20).result()  # clean


def in_processes(sizes):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(norm, sizes))  # clean
