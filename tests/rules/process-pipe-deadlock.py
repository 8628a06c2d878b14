"""Children waited for while their pipes fill up; and pipes that somebody reads."""
import asyncio
import subprocess
import threading
from subprocess import DEVNULL, PIPE, STDOUT, Popen

from elsewhere import drain


# ---- wait before reading ----

def waits_first(command):
    child = Popen(command, stdout=PIPE)
    child.wait()  # expect: process-pipe-deadlock
    return child.stdout.read()


def never_reads(command):
    with subprocess.Popen(command, stderr=subprocess.PIPE) as child:
        if child.wait() != 0:  # expect: process-pipe-deadlock
            raise RuntimeError(command)


def in_place(command):
    Popen(command, stdout=PIPE, stderr=STDOUT).wait()  # expect: process-pipe-deadlock


def by_position(command):
    child = Popen(command, -1, None, None, PIPE)
    return child.wait()  # expect: process-pipe-deadlock


def silenced(command):
    subprocess.call(command, stdout=subprocess.PIPE)  # expect: process-pipe-deadlock
    subprocess.check_call(command, stdout=DEVNULL, stderr=PIPE)  # expect: process-pipe-deadlock


async def asynchronous(command):
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    await child.wait()  # expect: process-pipe-deadlock
    return await child.stdout.read()


def reused_name(command):
    child = Popen(command, stdout=PIPE)
    child.communicate()
    child = Popen(command, stdout=PIPE)
    child.wait()  # expect: process-pipe-deadlock


# ---- one pipe to its end, not the other ----

def one_after_the_other(command):
    child = Popen(command, stdout=PIPE, stderr=PIPE)
    out = child.stdout.read()  # expect: process-pipe-deadlock
    err = child.stderr.read()
    child.wait()
    return out, err


def line_by_line(command):
    child = Popen(command, stdout=PIPE, stderr=PIPE)
    for line in child.stdout:  # expect: process-pipe-deadlock
        print(line)
    return child.wait()


def with_iter(command):
    child = Popen(command, stdout=PIPE, stderr=PIPE)
    for line in iter(child.stdout.readline, b""):  # expect: process-pipe-deadlock
        print(line)


def errors_first(command):
    return Popen(command, stdout=PIPE, stderr=PIPE).stderr.read()  # expect: process-pipe-deadlock


# ---- read, or nothing to read ----

def communicates(command):
    child = Popen(command, stdout=PIPE, stderr=PIPE)
    child.communicate()
    return child.wait()  # clean


def reads_first(command):
    child = Popen(command, stdout=PIPE)
    out = child.stdout.read()  # clean
    child.wait()  # clean
    return out


def joined_pipes(command):
    child = Popen(command, stdout=PIPE, stderr=STDOUT)
    for line in child.stdout:  # clean
        print(line)
    child.wait()


def no_pipe(command, log):
    Popen(command).wait()  # clean
    Popen(command, stdout=DEVNULL).wait()  # clean
    Popen(command, stdout=log, stderr=STDOUT).wait()  # clean
    Popen(command, stdin=PIPE).wait()  # clean
    subprocess.call(command, stdout=log)  # clean
    subprocess.run(command, stdout=PIPE)  # clean
    subprocess.check_output(command, stderr=PIPE)  # clean


def read_by_a_thread(command):
    child = Popen(command, stdout=PIPE, stderr=PIPE)
    reader = threading.Thread(target=drain, args=(child.stderr,))
    reader.start()
    out = child.stdout.read()  # clean
    child.wait()
    reader.join()
    return out


def handed_on(command):
    child = Popen(command, stdout=PIPE)
    drain(child)
    child.wait()  # clean


def stopped(command):
    child = Popen(command, stdout=PIPE)
    child.kill()
    child.wait()  # clean


def limited(command):
    child = Popen(command, stdout=PIPE)
    try:
        child.wait(timeout=5)  # clean
    except subprocess.TimeoutExpired:
        child.kill()


def until_ready(command):
    child = Popen(command, stdout=PIPE, stderr=PIPE)
    for line in child.stdout:  # clean
        if b"ready" in line:
            break
    return child


def pipeline(command, other):
    first = Popen(command, stdout=PIPE)
    second = Popen(other, stdin=first.stdout, stdout=PIPE)
    first.stdout.close()
    out, _ = second.communicate()
    first.wait()  # clean
    return out


def caller_decides(command, stdout):
    Popen(command, stdout=stdout).wait()  # clean


async def asynchronous_communicate(command):
    child = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    await asyncio.gather(child.stdout.read(), child.stderr.read())  # clean
    await child.wait()  # clean
