"""Futures of submit() that nobody reads; and those that somebody does, or need not."""
import concurrent.futures
import logging
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed

from elsewhere import load, log_failure, watch

log = logging.getLogger(__name__)
shared = ThreadPoolExecutor(max_workers=4)


# ---- lost ----

def dropped(keys):
    with ThreadPoolExecutor(max_workers=4) as pool:
        for key in keys:
            pool.submit(load, key)  # expect: error-future-dropped


def dropped_in_a_comprehension(keys):
    with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:
        [pool.submit(load, key) for key in keys]  # expect: error-future-dropped


def never_read(key):
    future = shared.submit(load, key)  # expect: error-future-dropped
    _ = shared.submit(load, key)  # expect: error-future-dropped


def only_collected(keys):
    futures = []
    with ProcessPoolExecutor(max_workers=2) as pool:
        for key in keys:
            futures.append(pool.submit(load, key))  # expect: error-future-dropped


class Loader:
    def __init__(self):
        self.pool = ThreadPoolExecutor(max_workers=2)

    def start(self, key):
        self.pool.submit(self.load, key)  # expect: error-future-dropped

    def load(self, key):
        load(key)


def annotated(pool: concurrent.futures.Executor, key):
    pool.submit(lambda: load(key))  # expect: error-future-dropped


# ---- read ----

def results(keys):
    with ThreadPoolExecutor(max_workers=4) as pool:
        futures = [pool.submit(load, key) for key in keys]  # clean
        for future in as_completed(futures):
            future.result()


def by_key(keys):
    futures = {}
    for key in keys:
        futures[shared.submit(load, key)] = key  # clean
    return [f.result() for f in futures]


def at_once(key):
    return shared.submit(load, key).result()  # clean


def with_callback(key):
    shared.submit(load, key).add_done_callback(log_failure)  # clean
    future = shared.submit(load, key)  # clean
    future.add_done_callback(log_failure)


def returned(key):
    return shared.submit(load, key)  # clean


def passed_on(key):
    watch(shared.submit(load, key))  # clean


class Keeper:
    def start(self, key):
        self.future = shared.submit(load, key)  # clean


# ---- nothing to lose ----

def keeps_its_errors(key):
    try:
        load(key)
    except Exception:
        log.exception("%s not loaded", key)


def worker_keeps_errors(keys):
    for key in keys:
        shared.submit(keeps_its_errors, key)  # clean


def worker_prints(key):
    shared.submit(print, key)  # clean


# ---- not an executor of concurrent.futures, or one of the file's own ----

def other_submit(form, scheduler, key):
    form.submit(key)  # clean
    scheduler.submit(load, key)  # clean


class LoggingExecutor(ThreadPoolExecutor):
    def submit(self, fn, *args):
        future = super().submit(fn, *args)
        future.add_done_callback(log_failure)
        return future


def own_executor(key):
    executor = LoggingExecutor(max_workers=2)
    executor.submit(load, key)  # clean


@log_failure
def decorated(key):
    load(key)


def of_a_decorated_function(key):
    with ThreadPoolExecutor(max_workers=4) as pool:
        pool.submit(decorated, key)  # clean


def raises_what_it_catches(key):
    try:
        load(key)
    except Exception:
        log.exception("not loaded")
        raise


def of_one_that_raises(key):
    with ThreadPoolExecutor(max_workers=4) as pool:
        pool.submit(raises_what_it_catches, key)  # expect: error-future-dropped
