"""Threads made or started wrongly; and those that are right."""
import multiprocessing as mp
import subprocess
import threading
from multiprocessing import Process
from threading import Thread

import pytest

from elsewhere import work


# ---- the target given as the group ----

def first_argument():
    p = Process(lambda: None)  # expect: thread-misuse
    p.start()
    p.join()
    threading.Thread(work).start()  # expect: thread-misuse
    t = Thread(work, args=(1,))  # expect: thread-misuse
    t.start()


def in_a_list(xs):
    return [Thread(x) for x in xs]  # expect: thread-misuse


# ---- no target ----

def no_target():
    t = threading.Thread(daemon=True)  # expect: thread-misuse
    t.start()
    Thread(name="worker", args=(1,)).start()  # expect: thread-misuse


class Service:
    def __init__(self):
        self.thread = threading.Thread(name="service")  # expect: thread-misuse

    def begin(self):
        self.thread.start()


# ---- run() ----

def runs():
    t = threading.Thread(target=work)
    t.run()  # expect: thread-misuse
    Thread(target=work).run()  # expect: thread-misuse
    child = mp.Process(target=work)
    child.run()  # expect: thread-misuse
    timer = threading.Timer(1, work)
    timer.run()  # expect: thread-misuse


def runs_many(xs):
    for x in xs:
        t = Thread(target=work, args=(x,))
        t.run()  # expect: thread-misuse
        t.join()


class Worker(threading.Thread):
    def run(self):
        work()

    def again(self):
        self.run()  # clean


def runs_a_subclass():
    w = Worker()
    w.run()  # expect: thread-misuse


# ---- right ones ----

class Louder(Worker):
    def __init__(self):
        super().__init__(name="louder")  # clean
        threading.Thread.__init__(self)  # clean

    def run(self):
        super().run()  # clean
        Worker.run(self)  # clean


def positions(f, *args, **kwargs):
    Thread(None, f).start()  # clean
    Thread(None, f, "name", args).start()  # clean
    Thread(target=f).start()  # clean
    Thread(*args).start()  # clean
    Thread(**kwargs).start()  # clean
    Worker().start()  # clean
    threading.Timer(5, f).start()  # clean


def placeholder():
    return threading.Thread()  # clean


def only_compared(thread):
    unstarted = threading.Thread()  # clean
    return unstarted.ident == thread.ident


def here_or_there(threaded):
    w = Worker()
    if threaded:
        w.start()
    else:
        w.run()  # clean


def test_run():
    w = Worker()
    w.run()  # clean


def test_group():
    with pytest.raises(AssertionError):
        Thread(work)  # clean


def other_run(server, loop):
    server.run()  # clean
    subprocess.run(["true"])  # clean
    app = Application(work)  # clean
    app.run()  # clean


class Application:
    def __init__(self, f):
        self.f = f

    def run(self):
        self.f()
