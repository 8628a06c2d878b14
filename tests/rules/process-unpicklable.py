"""Things sent to other processes that pickle refuses; and things that it takes."""
import asyncio
import functools
import multiprocessing
import multiprocessing as mp
import sqlite3
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import Pool, Process
from multiprocessing.pool import ThreadPool

import pytest

from elsewhere import work

double = lambda x: 2 * x


def triple(x):
    return 3 * x


# ---- callables ----

def lambdas(xs):
    with ProcessPoolExecutor() as pool:
        pool.submit(lambda: 1).result()  # expect: process-unpicklable
        list(pool.map(lambda x: x + 1, xs))  # expect: process-unpicklable
        list(pool.map(double, xs))  # expect: process-unpicklable


def lambdas_for_a_pool(xs):
    with Pool() as pool:
        pool.map(lambda x: x, xs)  # expect: process-unpicklable
        pool.apply(lambda: 1)  # expect: process-unpicklable
        for _ in pool.imap_unordered(lambda x: x, xs):  # expect: process-unpicklable
            pass


def nested_function(xs):
    def inner(x):
        return x

    with multiprocessing.Pool(4) as pool:
        pool.map(inner, xs)  # expect: process-unpicklable
        return pool.starmap(functools.partial(inner, 1), xs)  # expect: process-unpicklable


def local_class(xs):
    class Local:
        def method(self, x):
            return x

    local = Local()
    with ProcessPoolExecutor() as pool:
        return list(pool.map(local.method, xs))  # expect: process-unpicklable


def targets():
    def body():
        work()

    child = Process(target=body)  # expect: process-unpicklable(warning)
    child.start()
    child.join()
    other = multiprocessing.Process(target=lambda: work())  # expect: process-unpicklable
    other.start()
    other.join()


class Forks:
    if mp.get_start_method() in ["forkserver", "spawn"]:
        context = mp.get_context(method="fork")
    else:
        context = mp.get_context()

    def run(self):
        def body():
            work()

        child = self.context.Process(target=body)  # expect: process-unpicklable(info)
        child.start()
        child.join()


def explicit_fork():
    context = mp.get_context("fork")
    child = context.Process(target=lambda: work())  # expect: process-unpicklable(info)
    child.start()
    child.join()


class Service:
    def __init__(self):
        self.pool = ProcessPoolExecutor(2)

    async def run(self, x):
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, lambda: triple(x))  # expect: process-unpicklable


# ---- arguments ----

def arguments(path, xs):
    pool = ProcessPoolExecutor()
    pool.submit(work, lambda: 1).result()  # expect: process-unpicklable
    pool.submit(work, (x for x in xs)).result()  # expect: process-unpicklable
    lock = threading.Lock()
    pool.submit(work, xs, lock).result()  # expect: process-unpicklable
    base = sqlite3.connect(path)
    pool.submit(work, db=base).result()  # expect: process-unpicklable
    with open(path) as f:
        pool.submit(work, f).result()  # expect: process-unpicklable
    pool.shutdown()


def pool_arguments(xs):
    lock = multiprocessing.Lock()
    with Pool() as pool:
        pool.apply_async(work, args=(1, lock)).get()  # expect: process-unpicklable
        pool.starmap(work, [(1, lambda: 2)])  # expect: process-unpicklable
        pool.map(work, [lambda: x for x in xs])  # expect: process-unpicklable


def process_arguments(path):
    with open(path) as f:
        child = Process(target=work, args=(f,))  # expect: process-unpicklable
        child.start()
        child.join()


# ---- what pickle takes ----

def module_functions(xs):
    with ProcessPoolExecutor() as pool:
        pool.submit(triple, 1).result()  # clean
        list(pool.map(functools.partial(pow, 2), xs))  # clean


def module_functions_for_a_pool(xs):
    with Pool() as pool:
        pool.map(triple, (x for x in xs))  # clean
        pool.map_async(triple, xs, callback=lambda r: print(r)).get()  # clean
        pool.map(triple, [x for x in xs])  # clean


def inherited():
    lock = multiprocessing.Lock()
    queue = multiprocessing.Queue()
    child = Process(target=work, args=(lock, queue))  # clean
    child.start()
    child.join()


def threads(xs):
    def inner(x):
        return x

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(inner, xs))  # clean
        pool.submit(lambda: 1).result()  # clean
    with ThreadPool(4) as others:
        others.map(lambda x: x, xs)  # clean
    body = threading.Thread(target=lambda: work())  # clean
    body.start()
    body.join()


def lines_of_a_file(path):
    with open(path) as f, Pool() as pool:
        return pool.map(triple, f)  # clean


class Worker:
    def step(self, x):
        return x

    def all(self, xs):
        with Pool() as pool:
            return pool.map(self.step, xs)  # clean


def made_global(xs):
    global helper

    def helper(x):
        return x

    with Pool() as pool:
        return pool.map(helper, xs)  # clean


def unknown(executor, pool, xs):
    executor.submit(lambda: 1)  # clean
    pool.map(lambda x: x, xs)  # clean


def expected():
    with ProcessPoolExecutor() as pool, pytest.raises(AttributeError):
        pool.submit(lambda: 1).result()  # clean


def computed_here(xs):
    with ProcessPoolExecutor() as pool:
        pool.submit(work, sorted(xs, key=lambda x: -x)).result()  # clean
        pool.submit(work, sum(x for x in xs)).result()  # clean


def through_a_manager(xs, given: multiprocessing.Queue):
    queue = multiprocessing.Manager().Queue()
    with multiprocessing.Manager() as manager, multiprocessing.Pool() as pool:
        lock = manager.Lock()
        pool.apply_async(work, (queue,)).get()  # clean
        pool.apply_async(work, args=(xs, lock)).get()  # clean
        pool.apply(work, (given,))  # clean


def without_a_manager():
    queue = multiprocessing.Queue()
    with multiprocessing.Pool() as pool:
        pool.apply(work, (queue,))  # expect: process-unpicklable(error)
