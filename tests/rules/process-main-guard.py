"""Processes started while a module is imported."""
import concurrent.futures
import multiprocessing
import multiprocessing as mp
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import Pool, Process
from multiprocessing.pool import ThreadPool

from elsewhere import prepare, work

executor = ProcessPoolExecutor(4)  # clean: nothing is started yet
child = Process(target=work)  # clean: nor here
queue = multiprocessing.Queue()  # clean

child.start()  # expect: process-main-guard
child.join()

Process(target=work).start()  # expect: process-main-guard, process-unjoined

executor.submit(work).result()  # expect: process-main-guard
executor.submit(work).result()  # reported above

pool = Pool(4)  # expect: process-main-guard
pool.map(work, [1, 2])  # reported above

with multiprocessing.Pool() as others:  # expect: process-main-guard
    others.map(work, [1, 2])

with concurrent.futures.ProcessPoolExecutor() as workers:
    results = list(workers.map(work, [1, 2]))  # expect: process-main-guard

for number in range(3):
    worker = mp.Process(target=work, args=(number,))
    worker.start()  # expect: process-main-guard
    worker.join()


def convert_all():
    with Pool() as inner:  # clean: only when called
        inner.map(work, [1, 2])


convert_all()  # expect: process-main-guard

with ThreadPoolExecutor(2) as threads:
    threads.submit(work).result()  # clean
with ThreadPool() as more_threads:
    more_threads.map(work, [1, 2])  # clean
prepare(Pool)  # clean
forked = mp.get_context("fork").Process(target=work)
forked.start()  # clean
forked.join()
start = lambda: Process(target=work).start()  # clean

if mp.current_process().name == "MainProcess":
    first = Process(target=work)
    first.start()  # clean
    first.join()

if __name__ == "__main__":
    convert_all()  # clean
    with ProcessPoolExecutor() as guarded:
        guarded.submit(work).result()  # clean
    with Pool(2) as guarded_pool:  # clean
        guarded_pool.map(work, [1, 2])

threading.Thread(target=work).start()  # clean
