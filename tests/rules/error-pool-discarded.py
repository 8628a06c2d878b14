"""Work that the end of a pool's `with` terminates; and work that is waited for."""
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing import Pool
from multiprocessing.pool import ThreadPool

from elsewhere import collect, load, log, queue


# ---- terminated ----

def dropped(keys):
    with Pool() as pool:
        for key in keys:
            pool.apply_async(load, (key,))  # expect: error-pool-discarded


def never_read(keys):
    with multiprocessing.Pool(4) as pool:
        result = pool.map_async(load, keys)  # expect: error-pool-discarded
        log("started")


def only_collected(keys):
    results = []
    with ThreadPool(4) as pool:
        for key in keys:
            results.append(pool.apply_async(load, (key,)))  # expect: error-pool-discarded


def read_too_late(keys):
    with Pool() as pool:
        results = [pool.apply_async(load, (key,)) for key in keys]  # expect: error-pool-discarded
    return [r.get() for r in results]


def with_callback(keys):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.starmap_async(load, keys, callback=log)  # expect: error-pool-discarded


# ---- waited for ----

def fetched(keys):
    with Pool() as pool:
        results = [pool.apply_async(load, (key,)) for key in keys]  # clean
        return [r.get() for r in results]


def fetched_at_once(keys):
    with Pool() as pool:
        return pool.map_async(load, keys).get()  # clean


def joined(keys):
    with Pool() as pool:
        for key in keys:
            pool.apply_async(load, (key,))  # clean
        pool.close()
        pool.join()


def waited(keys):
    with Pool() as pool:
        result = pool.map_async(load, keys)  # clean
        result.wait()


def fed_back_through_a_queue(keys):
    with Pool() as pool:
        for key in keys:
            pool.apply_async(load, (key,))  # clean
        return [queue.get() for _ in keys]


def other_work_that_waits(keys):
    with Pool() as pool:
        pool.apply_async(load, (keys[0],))  # clean
        return pool.map(load, keys[1:])


def passed_on(keys):
    with Pool() as pool:
        collect(pool.map_async(load, keys))  # clean


def bound_and_passed_on(keys):
    with Pool() as pool:
        results = pool.map_async(load, keys)  # clean
        collect(results)


# ---- no `with`, or one that waits ----

def no_with(keys):
    pool = Pool()
    for key in keys:
        pool.apply_async(load, (key,))  # clean
    pool.close()
    pool.join()


def closed_only(keys):
    with closing(Pool()) as pool:
        pool.map_async(load, keys)  # clean


def executor(keys):
    with ThreadPoolExecutor(max_workers=4) as pool:
        futures = [pool.submit(load, key) for key in keys]  # clean
    return [f.result() for f in futures]


def celery_task(keys):
    load.apply_async(keys)  # clean
