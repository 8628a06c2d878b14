"""Two-step updates by several threads; and updates in one step, guarded, or by one thread."""
import asyncio
import collections
import functools
import threading
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

from elsewhere import Client, compute, items, load

count = 0
names = []
seen = {}
recent = collections.deque()
instance = None
lock = threading.Lock()
local = threading.local()


def in_loop():
    global count
    count += 1  # expect: race-thread(warning)


for _ in range(4):
    Thread(target=in_loop).start()


def twice():
    global count
    count = count + 1  # expect: race-thread


first = Thread(target=twice)
second = Thread(target=twice)


def in_pool(item):
    global instance
    seen[item.kind] = seen.get(item.kind, 0) + 1  # expect: race-thread
    if instance is None:
        instance = load()  # expect: race-thread
    if item not in seen:
        seen[item] = compute(item)  # expect: race-thread
    return helper(item)


def helper(item):
    global count
    before = count
    count = before + compute(item)  # expect: race-thread


def pooled():
    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(in_pool, items))


def by_field(job):
    room = job.room
    seen[room] -= 1  # expect: race-thread(info)
    if job.kind not in seen:
        seen[job.kind] = compute(job)  # expect: race-thread(info)


def of_each_worker(number):
    seen[number] += 1  # expect: race-thread(info)


def several_items(job):
    for part in job:
        seen["parts"] += 1  # expect: race-thread(warning)
        seen["bytes"] += len(part)  # the same lock
        print(part)


def counts():
    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(several_items, items))
        return list(pool.map(of_each_worker, range(8)))


def makes_one():
    global instance
    if instance is None:
        instance = Client()  # expect: race-thread(warning)
    if len(names) > 0:
        reset()


def reset():
    global instance, names
    if len(names) > 0:
        names = []  # clean
    if not instance:
        instance = False  # clean


def fields():
    with ThreadPoolExecutor(max_workers=8) as pool:
        for _ in range(8):
            pool.submit(makes_one).result()
        return list(pool.map(by_field, items))


def submitted(item):
    seen[item] += 1  # expect: race-thread


def submits():
    with ThreadPoolExecutor(4) as pool:
        return [pool.submit(submitted, item).result() for item in items]


def bound(prefix, item):
    seen[prefix] = seen[prefix] + compute(item)  # expect: race-thread


def submits_bound():
    later = functools.partial(bound, "a")
    with ThreadPoolExecutor(4) as pool:
        return [pool.submit(later, item).result() for item in items]


class Stats:
    def __init__(self):
        self.total = 0
        self.safe = 0
        self.lock = threading.Lock()

    def work(self):
        self.total += 1  # expect: race-thread
        with self.lock:
            self.safe += 1  # clean

    def run(self):
        threads = [Thread(target=self.work) for _ in range(4)]
        for t in threads:
            t.start()


class Worker(threading.Thread):
    made = 0

    def run(self):
        global count
        count += 1  # expect: race-thread
        Worker.made += 1  # expect: race-thread
        self.own = 0
        self.own += 1  # clean


workers = [Worker() for _ in range(3)]


async def offloaded():
    total = 0

    def add(item):
        nonlocal total
        total += compute(item)  # expect: race-thread

    await asyncio.gather(*[asyncio.to_thread(add, i) for i in items])
    return total


# ---- fine ----


def single_steps(item):
    names.append(item)  # clean
    seen[item] = compute(item)  # clean
    recent.appendleft(item)  # clean
    local.count = 0
    local.count += 1  # clean
    mine = 0
    mine += 1  # clean
    return mine


def guarded():
    global count
    with lock:
        count += 1  # clean


def acquires():
    global count
    lock.acquire()
    count += 1  # clean
    lock.release()


def double_checked():
    global instance
    if instance is None:
        with lock:
            if instance is None:
                instance = load()  # clean


def many():
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(single_steps, items))
        for _ in range(3):
            pool.submit(guarded).result()
            pool.submit(acquires).result()
            pool.submit(double_checked).result()


def one_worker(item):
    global count
    count += 1  # clean


def one_at_a_time():
    with ThreadPoolExecutor(max_workers=1) as pool:
        return list(pool.map(one_worker, items))


def background():
    global count
    count += 1  # clean


Thread(target=background, daemon=True).start()


def extends(batch):
    global names
    names += [batch]  # clean


def extending():
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(extends, items))


class Part:
    def __init__(self):
        self.n = 0

    def work(self):
        self.n += 1  # clean


def own_objects():
    for part in [Part(), Part()]:
        Thread(target=part.work).start()


class Restarted:
    def __init__(self):
        self.done = 0

    def work(self):
        self.done += 1  # clean

    def start(self):
        Thread(target=self.work).start()

    def restart(self):
        Thread(target=self.work).start()
