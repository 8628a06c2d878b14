"""Waiting for other programs in async code."""
import asyncio
import os
import pty
import subprocess
import subprocess as sp
from subprocess import PIPE, Popen, check_output


async def helpers(command):
    subprocess.run(command, check=True)  # expect: blocking-subprocess
    sp.call(command)  # expect: blocking-subprocess
    check_output(command)  # expect: blocking-subprocess
    os.system("true")  # expect: blocking-subprocess
    return os.popen("true").read()  # expect: blocking-subprocess


async def handles(command):
    child = Popen(command)  # expect: blocking-subprocess
    child.poll()  # clean
    child.terminate()  # clean
    child.wait()  # expect: blocking-subprocess
    with subprocess.Popen(command, stdout=PIPE) as other:  # expect: blocking-subprocess
        other.communicate()  # expect: blocking-subprocess
    out, _ = Popen(command, stdout=PIPE).communicate()  # expect: blocking-subprocess
    return out


async def given(child: subprocess.Popen):
    child.wait(timeout=3)  # expect: blocking-subprocess
    child.wait(timeout=0)  # clean
    child.kill()  # clean
    return child.returncode  # clean


async def low_level(command, mode):
    os.spawnlp(os.P_WAIT, command, command)  # expect: blocking-subprocess
    os.spawnlp(os.P_NOWAIT, command, command)  # clean
    os.spawnv(mode, command, [command])  # clean
    os.waitpid(-1, 0)  # expect: blocking-subprocess
    os.waitpid(-1, os.WNOHANG)  # clean
    pty.spawn(command)  # expect: blocking-subprocess


async def asynchronous(command):
    child = await asyncio.create_subprocess_exec(command)  # clean
    await child.wait()  # clean
    await child.communicate()  # clean
    return asyncio.subprocess.PIPE  # clean


async def elsewhere(command, loop):
    await asyncio.to_thread(subprocess.run, command)  # clean
    await loop.run_in_executor(None, lambda: subprocess.check_call(command))  # clean
    await loop.run_in_executor(None, os.system, "true")  # clean


async def names_only(subprocess_result):
    subprocess_result.run()  # clean
    return subprocess.DEVNULL, subprocess.CalledProcessError  # clean


def sync(command):
    subprocess.run(command, check=True)  # clean
