"""Blocking calls behind functions of the file; and functions that are safe to call."""
import asyncio
import functools
import queue
import sqlite3
import threading
import time
from pathlib import Path

import requests

lock = threading.Lock()


def fetch(url):
    return requests.get(url, timeout=5).text


def retry(url):
    for _ in range(3):
        if page := fetch(url):
            return page
    return None


def save(path, text):
    Path(path).write_text(text)


def one(n):
    two(n)


def two(n):
    three(n)


def three(n):
    four(n)


def four(n):
    five(n)


def five(n):
    six(n)


def six(n):
    time.sleep(n)


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    if n > 100:
        time.sleep(n)
    return n != 0 and even(n - 1)


def worst(path, url):
    save(path, "x")
    return retry(url)


async def direct(url):
    return fetch(url)  # expect: blocking-helper(error)


async def through_another(url):
    await asyncio.sleep(1)
    return [retry(url) for _ in range(2)]  # expect: blocking-helper(error)


async def warned(path):
    save(path, "x")  # expect: blocking-helper(warning)


async def told_by_the_worst(path, url):
    worst(path, url)  # expect: blocking-helper(error)


async def far(n):
    one(n)  # clean
    two(n)  # expect: blocking-helper


async def recursive(n):
    return even(n)  # expect: blocking-helper


async def nested(url):
    def inner():
        return requests.get(url, timeout=5)

    def passed_on():
        return requests.get(url, timeout=5)

    await asyncio.to_thread(passed_on)  # clean
    return inner()  # expect: blocking-helper


async def awaited(url):
    await asyncio.to_thread(fetch, url)  # clean
    await asyncio.to_thread(functools.partial(fetch, url))  # clean
    await asyncio.get_running_loop().run_in_executor(None, fetch, url)  # clean
    return [asyncio.to_thread(retry, url)]  # clean


class Store:
    def __init__(self, path):
        self.db = sqlite3.connect(path)

    def write(self, row):
        self.db.execute("INSERT INTO rows VALUES (?)", row)

    @staticmethod
    def pause():
        time.sleep(1)

    def count(self):
        with lock:
            self.rows += 1

    async def add(self, row):
        self.write(row)  # expect: blocking-helper
        Store.pause()  # expect: blocking-helper
        self.count()  # clean

    async def lazily(self):
        self.write  # clean


async def constructs(path):
    return Store(path)  # expect: blocking-helper


def lines(path):
    with open(path) as f:
        yield from f


async def generators(path):
    later = lines(path)  # clean
    for line in lines(path):  # expect: blocking-helper(warning)
        print(line)
    return later


def pause(n):
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        time.sleep(n)


async def knows_the_loop(n):
    pause(n)  # clean


def decorated(f):
    return f


@decorated
def unknown(n):
    time.sleep(n)


async def unknown_decorator(n):
    unknown(n)  # clean


def exists(path):
    return Path(path).exists()


async def looks_only(path):
    return exists(path)  # expect: blocking-helper(info)


def config():
    return Path("config.toml").read_text()


async def main():
    return config()  # expect: blocking-helper(info)


def debug():
    breakpoint()


async def debugged():
    debug()  # clean


class Results:
    def __init__(self):
        self.queue = queue.Queue()

    def take(self):
        return self.queue.get()

    async def next(self):
        while self.queue.empty():
            await asyncio.sleep(0.1)
        return self.take()  # clean

    async def first(self):
        return self.take()  # expect: blocking-helper


def makes_lambda(n):
    return lambda: time.sleep(n)


async def lambdas(n):
    return makes_lambda(n)  # clean


def starts(url):
    threading.Thread(target=fetch, args=(url,)).start()


async def starts_a_thread(url):
    starts(url)  # clean


def sync_caller(url):
    return fetch(url)  # clean


asyncio.run(direct(fetch("/")))


# A short critical section, spelt out.
def count(key, counts):
    acquired = lock.acquire(timeout=5)
    try:
        counts[key] += 1
    finally:
        if acquired:
            lock.release()


def hold(key):
    lock.acquire()
    return key


async def critical(counts):
    count("a", counts)  # clean
    hold("a")  # expect: blocking-helper
