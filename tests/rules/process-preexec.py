"""Python code between fork and exec; and children started without."""
import asyncio
import os
import signal
import subprocess
from subprocess import Popen

from elsewhere import launch


def session(command):
    return Popen(command, preexec_fn=os.setsid)  # expect: process-preexec


def local_function(command):
    def quiet():
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    subprocess.run(command, preexec_fn=quiet)  # expect: process-preexec
    subprocess.check_output(command, preexec_fn=lambda: os.nice(5))  # expect: process-preexec


def on_posix(command):
    subprocess.call(  # expect: process-preexec
        command,
        preexec_fn=os.setpgrp if os.name == "posix" else None,
    )


async def in_async_code(command):
    child = await asyncio.create_subprocess_exec(  # expect: process-preexec
        *command, preexec_fn=os.setsid)
    await child.wait()


def chosen(command, windows):
    before = None
    if not windows:
        before = os.setsid
    return Popen(command, preexec_fn=before)  # expect: process-preexec


def without(command):
    subprocess.run(command, start_new_session=True)  # clean
    subprocess.run(command, preexec_fn=None)  # clean
    subprocess.run(command, process_group=0)  # clean


def never_set(command):
    before = None
    subprocess.run(command, preexec_fn=before)  # clean


def wrapper(command, preexec_fn=None):
    return Popen(command, preexec_fn=preexec_fn)  # clean


def something_else(command):
    launch(command, preexec_fn=os.setsid)  # clean
    os.setsid()  # clean
