"""Forks while threads run; and forks that come first, or are none."""
import multiprocessing
import multiprocessing as mp
import os
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import Process
from multiprocessing.pool import ThreadPool

from elsewhere import load, work


# ---- after a thread ----

def process_after_thread():
    thread = threading.Thread(target=work)
    thread.start()
    child = Process(target=work)
    child.start()  # expect: process-fork-after-thread
    child.join()
    thread.join()


def pool_after_thread(xs):
    threading.Thread(target=work, daemon=True).start()
    with multiprocessing.Pool(4) as pool:  # expect: process-fork-after-thread
        return pool.map(work, xs)


def fork_after_thread():
    threading.Timer(5, work).start()
    if os.fork() == 0:  # expect: process-fork-after-thread
        work()


def executor_after_executor(xs):
    with ThreadPoolExecutor(4) as threads:
        first = threads.map(load, xs)
        with ProcessPoolExecutor(4) as pool:
            results = list(pool.map(work, first))  # expect: process-fork-after-thread
            more = list(pool.map(work, xs))
    return results, more


def after_many(xs):
    threads = [threading.Thread(target=work, args=(x,)) for x in xs]
    for thread in threads:
        thread.start()
    context = mp.get_context("fork")
    child = context.Process(target=work)
    child.start()  # expect: process-fork-after-thread
    child.join()
    for thread in threads:
        thread.join()


class Server:
    def begin(self):
        self.reporter = threading.Thread(target=work, daemon=True)
        self.reporter.start()
        self.pool = multiprocessing.Pool(2)  # expect: process-fork-after-thread


# ---- the other way round, or not at the same time ----

def processes_first():
    child = Process(target=work)
    child.start()  # clean
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    child.join()


def joined_before():
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    child = Process(target=work)
    child.start()  # clean
    child.join()


def pool_is_over(xs):
    with ThreadPoolExecutor(4) as threads:
        first = list(threads.map(load, xs))
    with ProcessPoolExecutor(4) as pool:
        return list(pool.map(work, first))  # clean


def shut_down(xs):
    threads = ThreadPool(4)
    first = threads.map(load, xs)
    threads.close()
    threads.join()
    with multiprocessing.Pool(4) as pool:  # clean
        return pool.map(work, first)


def one_or_the_other(threaded):
    if threaded:
        thread = threading.Thread(target=work)
        thread.start()
    else:
        child = Process(target=work)
        child.start()  # clean
        child.join()


def one_and_out(threaded):
    if threaded:
        thread = threading.Thread(target=work)
        thread.start()
        return thread
    child = Process(target=work)
    child.start()  # clean
    return child


def spawned():
    thread = threading.Thread(target=work)
    thread.start()
    context = mp.get_context("spawn")
    child = context.Process(target=work)
    child.start()  # clean
    child.join()
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        pool.submit(work).result()  # clean
    thread.join()


def chosen_elsewhere(context):
    thread = threading.Thread(target=work)
    thread.start()
    child = context.Process(target=work)
    child.start()  # clean
    child.join()
    thread.join()


def fork_and_exec(command):
    threading.Thread(target=work).start()
    if os.fork() == 0:  # clean
        os.execvp(command[0], command)


def started_in_another_function():
    def background():
        threading.Thread(target=work).start()

    child = Process(target=work)
    child.start()  # clean
    child.join()
    background()
