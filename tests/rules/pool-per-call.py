"""Executors made for every turn or request; and executors that are kept."""
import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

from aiohttp import web
from fastapi import FastAPI

from elsewhere import broken, load, store, work

app = FastAPI()
shared = ThreadPoolExecutor(max_workers=4)  # clean


# ---- loops ----

def per_batch(batches):
    for batch in batches:
        with ThreadPoolExecutor(max_workers=8) as pool:  # expect: pool-per-call
            store(list(pool.map(load, batch)))


def for_ever(queue):
    while True:
        pool = multiprocessing.Pool(4)  # expect: pool-per-call
        store(pool.map(load, queue.get()))
        pool.close()
        pool.join()


def in_place(batches):
    for batch in batches:
        store(ThreadPool(4).map(load, batch))  # expect: pool-per-call


# ---- requests ----

@app.get("/report")
async def report():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(max_workers=2) as pool:  # expect: pool-per-call
        return await loop.run_in_executor(pool, work)


async def handle(request: web.Request):
    loop = asyncio.get_running_loop()
    result = await loop.run_in_executor(ThreadPoolExecutor(1), work)  # expect: pool-per-call
    return web.json_response(result)


# ---- never shut down ----

def left_open(paths):
    pool = ThreadPoolExecutor(max_workers=2)  # expect: pool-per-call(info)
    return [f.result() for f in [pool.submit(load, p) for p in paths]]


async def lent():
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(ThreadPoolExecutor(1), work)  # expect: pool-per-call(info)


# ---- right ones ----

def once(batches):
    with ThreadPoolExecutor(max_workers=8) as pool:  # clean
        for batch in batches:
            store(list(pool.map(load, batch)))


def sizes(paths, counts):
    for count in counts:
        with ThreadPoolExecutor(max_workers=count) as pool:  # clean
            store(list(pool.map(load, paths)))


def few(paths):
    for kind in ("a", "b"):
        with ProcessPoolExecutor(max_workers=4) as pool:  # clean
            store(kind, list(pool.map(load, paths)))


def again_when_broken(paths):
    while True:
        try:
            with ProcessPoolExecutor(max_workers=4) as pool:  # clean
                return list(pool.map(load, paths))
        except broken:
            continue


def kept_by_host(hosts):
    pools = {}
    for host in hosts:
        pools[host] = ThreadPoolExecutor(max_workers=2)  # clean
    return pools


class Service:
    def __init__(self):
        self.pool = ThreadPoolExecutor(max_workers=4)  # clean

    def close(self):
        self.pool.shutdown()


def given_away():
    return ThreadPoolExecutor(max_workers=4)  # clean


def shut_down(paths):
    pool = ProcessPoolExecutor(max_workers=4)  # clean
    try:
        return list(pool.map(load, paths))
    finally:
        pool.shutdown()


def deleted(paths):
    pool = ThreadPoolExecutor(max_workers=4)  # clean
    results = list(pool.map(load, paths))
    del pool
    return results


@app.get("/shared")
async def uses_shared():
    return await asyncio.get_running_loop().run_in_executor(shared, work)  # clean
