"""ThreadPoolExecutor with and without a size."""
import asyncio
import concurrent.futures
import sqlite3
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import requests

from elsewhere import options, resize

shared = ThreadPoolExecutor()  # expect: pool-default-size(info)


def local_work(images):
    with concurrent.futures.ThreadPoolExecutor() as pool:  # expect: pool-default-size(info)
        return list(pool.map(resize, images))


def said_to_be_none(images):
    with ThreadPoolExecutor(max_workers=None) as pool:  # expect: pool-default-size(info)
        return list(pool.map(resize, images))


def named_threads(images):
    with ThreadPoolExecutor(thread_name_prefix="w") as pool:  # expect: pool-default-size(info)
        return list(pool.map(resize, images))


# ---- work that reaches somebody else ----

def fetch(url):
    return requests.get(url, timeout=10).text


def fetch_all(urls):
    with ThreadPoolExecutor() as pool:  # expect: pool-default-size(warning)
        return list(pool.map(fetch, urls))


def fetch_directly(urls):
    with ThreadPoolExecutor() as pool:  # expect: pool-default-size(warning)
        return [pool.submit(requests.get, url, timeout=10).result() for url in urls]


def names(path):
    with sqlite3.connect(path) as db:
        return db.execute("SELECT name FROM people").fetchall()


def through_a_helper(path):
    return len(names(path))


class Reader:
    def __init__(self):
        self.pool = ThreadPoolExecutor()  # expect: pool-default-size(warning)

    async def count(self, path):
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, through_a_helper, path)

    def close(self):
        self.pool.shutdown()


# ---- sized ----

def sized(images, size, *args, **kwargs):
    with ThreadPoolExecutor(8) as pool:  # clean
        list(pool.map(resize, images))
    with ThreadPoolExecutor(max_workers=size) as pool:  # clean
        list(pool.map(resize, images))
    with ThreadPoolExecutor(**kwargs) as pool:  # clean
        list(pool.map(resize, images))
    with ThreadPoolExecutor(*args) as pool:  # clean
        list(pool.map(resize, images))
    with ThreadPoolExecutor(max_workers=options.size) as pool:  # clean
        list(pool.map(resize, images))


def processes(images):
    with ProcessPoolExecutor() as pool:  # clean: one for each CPU is right for computing
        return list(pool.map(resize, images))


class ThreadPoolExecutorLike:
    pass


other = ThreadPoolExecutorLike()  # clean


def one_task(image):
    with ThreadPoolExecutor() as pool:  # clean
        return pool.submit(resize, image).result()


def one_task_each(images):
    with ThreadPoolExecutor() as pool:  # expect: pool-default-size(info)
        return [pool.submit(resize, image) for image in images]
