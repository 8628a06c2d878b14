"""Child processes that nobody waits for; and those that somebody does, or need not."""
import multiprocessing as mp
import os
import subprocess
import sys
from multiprocessing import Process
from subprocess import Popen

from elsewhere import keep, work


# ---- nothing holds it ----

def dropped(path):
    Process(target=work).start()  # expect: process-unjoined
    mp.get_context("spawn").Process(target=work).start()  # expect: process-unjoined
    Popen(["convert", path])  # expect: process-unjoined(info)


class Loader(Process):
    def run(self):
        work()


def dropped_subclass():
    Loader().start()  # expect: process-unjoined


# ---- a local ----

def local_process():
    child = Process(target=work)  # expect: process-unjoined
    child.start()
    print("started", child.pid)


def local_popen(command):
    child = subprocess.Popen(command, stdout=subprocess.PIPE)  # expect: process-unjoined(warning)
    for line in child.stdout:
        print(line)


def starts_a_server(command, pid_file):
    server = subprocess.Popen(command)  # expect: process-unjoined(info)
    pid_file.write_text(str(server.pid))


# ---- a list ----

def in_a_list(paths):
    children = []
    for path in paths:
        child = Process(target=work, args=(path,))  # expect: process-unjoined
        child.start()
        children.append(child)
    print(len(children), "started")


def in_a_comprehension(paths):
    children = [Process(target=work, args=(p,)) for p in paths]  # expect: process-unjoined
    for child in children:
        child.start()


def popen_in_a_list(commands):
    children = []
    for command in commands:
        children.append(Popen(command))  # expect: process-unjoined
    return len(children)


# ---- an attribute ----

class Server:
    def begin(self):
        self.server = Process(target=work)  # expect: process-unjoined
        self.server.start()


# ---- waited for ----

def waits(command):
    child = Popen(command)  # clean
    child.wait()
    other = Popen(command)  # clean
    other.communicate()
    with Popen(command) as third:  # clean
        print(third.pid)
    fourth = Popen(command)  # clean
    while fourth.poll() is None:
        work()


def joins():
    child = Process(target=work)  # clean
    child.start()
    child.join()
    other = Process(target=work)  # clean
    other.start()
    other.terminate()


def joins_all(paths):
    children = [Process(target=work, args=(p,)) for p in paths]  # clean
    for child in children:
        child.start()
    for child in children:
        child.join()


def joins_collected(paths):
    children = []
    for path in paths:
        child = Process(target=work, args=(path,))  # clean
        child.start()
        children.append(child)
    for child in children:
        child.join()


def collected_elsewhere(paths):
    children = []
    for path in paths:
        child = Popen(["convert", path])  # clean
        children.append(child)
    return children


class Keeper:
    def begin(self):
        self.child = Process(target=work)  # clean
        self.child.start()

    def end(self):
        self.child.join()


class Derived(keep.Base):
    def begin(self):
        self.child = Popen(["server"])  # clean


# ---- somebody else's ----

def handed_on(command):
    keep(Popen(command))  # clean
    child = Popen(command)  # clean
    keep(child)
    return Popen(command)  # clean


def known_by_its_pid(command):
    return Popen(command).pid  # clean


# ---- need not be ----

def never_started():
    child = Process(target=work)  # clean
    print(child.name)


def detached(command):
    Popen(command, start_new_session=True)  # clean


def launched(path):
    Popen(["xdg-open", path])  # clean
    Popen("server &", shell=True)  # clean


def restart(command):
    Popen(command)  # clean
    sys.exit(0)


def main():
    watcher = Process(target=work, daemon=True)  # clean
    watcher.start()
    work()


def test_missing_program(self):
    try:
        Popen(["no such program"])  # clean
    except OSError as e:
        self.assertEqual(e.errno, 2)


def test_of_a_mock(mock):
    with mock.patch.object(Popen, "_execute_child"):
        child = Popen(["true"])  # clean
        child.returncode = 7
        assert "7" in repr(child)


def finished_at_once(command):
    subprocess.run(command)  # clean
    os.getpid()


def run_both():
    child = Process(target=work)  # expect: process-unjoined(info)
    child.start()
    work()


def serve(accept):
    while True:
        client = accept()
        child = Process(target=work, args=(client,))  # expect: process-unjoined(warning)
        child.start()
        client.close()
