"""What processes do not share; and what is guarded or sent back."""
import multiprocessing
from multiprocessing import Array, Manager, Process, Queue, Value

from elsewhere import compute

results = []
table = {}
answer = None
untouched = 0
inbox = Queue()


def add(counter):
    counter.value += 1  # expect: race-process(warning)


def add_written_out(counter):
    counter.value = counter.value + 1  # expect: race-process


def add_locked(counter):
    with counter.get_lock():
        counter.value += 1  # clean


def add_by_hand(counter):
    counter.get_lock().acquire()
    counter.value = counter.value + 1  # clean
    counter.get_lock().release()


def set_only(counter):
    counter.value = 1  # clean


def add_first(array):
    array[0] += 1  # expect: race-process


def add_own(array, index):
    array[index] += 1  # clean


def run_values():
    counter = Value("i", 0)
    array = Array("i", 4)
    workers = [
        Process(target=add, args=(counter,)),
        Process(target=add_written_out, args=(counter,)),
        Process(target=add_locked, args=(counter,)),
        Process(target=add_by_hand, args=(counter,)),
        Process(target=set_only, args=(counter,)),
        Process(target=add_first, args=(array,)),
        Process(target=add_own, args=(array, 1)),
    ]
    for w in workers:
        w.start()
    for w in workers:
        w.join()


def nested(shared):
    shared["items"].append(1)  # expect: race-process
    shared["by_name"]["a"] = 1  # expect: race-process
    shared["count"] += 1  # expect: race-process
    shared["done"] = True  # clean
    items = shared["items"]
    items = items + [2]
    shared["items"] = items  # clean


def run_manager():
    with Manager() as manager:
        shared = manager.dict()
        p = Process(target=nested, args=(shared,))
        p.start()
        p.join()


def collect():
    global answer
    results.append(compute())  # expect: race-process
    table["a"] = compute()  # expect: race-process
    answer = compute()  # expect: race-process


def child_only():
    global untouched
    untouched = compute()  # clean
    inbox.put(untouched)  # clean


def run_globals():
    p = Process(target=collect)
    q = multiprocessing.Process(target=child_only)
    p.start()
    q.start()
    p.join()
    q.join()
    return results, table, answer, inbox.get()


class Point:
    def __init__(self):
        self.value = 0

    def move(self):
        self.value += 1  # clean


def not_shared(point):
    point.value += 1  # clean


def in_the_parent():
    results.append(1)  # clean
