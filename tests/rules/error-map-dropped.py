"""Results of executor.map() that nobody reads; and those that somebody does."""
import concurrent.futures
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from elsewhere import load, use

shared = ThreadPoolExecutor(max_workers=4)


# ---- lost ----

def dropped(keys):
    with ThreadPoolExecutor(max_workers=4) as pool:
        pool.map(load, keys)  # expect: error-map-dropped(info)


def never_read(keys):
    with ProcessPoolExecutor(max_workers=2) as pool:
        results = pool.map(load, keys, chunksize=10)  # expect: error-map-dropped


def on_a_global(keys):
    shared.map(load, keys, timeout=5)  # expect: error-map-dropped


class Loader:
    def __init__(self):
        self.pool = concurrent.futures.ThreadPoolExecutor(max_workers=2)

    def start(self, keys):
        _ = self.pool.map(load, keys)  # expect: error-map-dropped


# ---- read ----

def listed(keys):
    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(load, keys))  # clean


def iterated(keys):
    with ThreadPoolExecutor(max_workers=4) as pool:
        for _ in pool.map(load, keys):  # clean
            pass


def bound_and_iterated(keys):
    results = shared.map(load, keys)  # clean
    return [use(r) for r in results]


def given_back(keys):
    return shared.map(load, keys)  # clean


def passed_on(keys):
    use(shared.map(load, keys))  # clean


def unpacked(keys):
    first, *rest = shared.map(load, keys)  # clean
    return first


# ---- other maps ----

def builtin(keys):
    map(load, keys)  # clean


def other_map(frame, keys):
    frame.map(load, keys)  # clean


def keeps_its_errors(key):
    try:
        load(key)
    except Exception as e:
        print(e)


def worker_keeps_errors(keys):
    shared.map(keeps_its_errors, keys)  # clean
