"""Waiting for the keyboard in async code."""
import asyncio
import builtins
import getpass
import os
import sys
from getpass import getpass as ask

DEBUG = os.environ.get("DEBUG")


async def prompts():
    name = input("name? ")  # expect: blocking-console
    builtins.input()  # expect: blocking-console
    secret = getpass.getpass()  # expect: blocking-console
    return name, secret, ask("again? ")  # expect: blocking-console


async def streams():
    sys.stdin.read()  # expect: blocking-console
    return sys.stdin.readline().strip()  # expect: blocking-console


async def nested(answers):
    return {k: input(k) for k in answers}  # expect: blocking-console


async def elsewhere(loop):
    await asyncio.to_thread(input, "name? ")  # clean
    await loop.run_in_executor(None, sys.stdin.readline)  # clean
    await loop.run_in_executor(None, lambda: input("name? "))  # clean


async def own_input(input):
    return input("x")  # clean


class Form:
    async def input(self, text):
        return text

    async def fill(self):
        await self.input("name")  # clean
        sys.stdin.isatty()  # clean
        sys.stdout.write("hello")  # clean
        getpass.getuser()  # clean
        print("input()")  # clean


def sync():
    return input("name? ")  # clean


async def left_over(data):
    breakpoint()  # expect: blocking-console(error)
    return data


async def asked_for(data):
    if DEBUG:
        breakpoint()  # expect: blocking-console(info)
    return data
