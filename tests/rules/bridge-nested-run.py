"""Event loops started where one is running; and where none is."""
import asyncio
import threading
from asyncio import run as run_async

import anyio
import pytest
import trio

from elsewhere import fetch


async def directly(url):
    return asyncio.run(fetch(url))  # expect: bridge-nested-run


async def by_other_names(url):
    run_async(fetch(url))  # expect: bridge-nested-run
    anyio.run(fetch, url)  # expect: bridge-nested-run
    trio.run(fetch, url)  # expect: bridge-nested-run


async def by_loop(url):
    loop = asyncio.get_running_loop()
    return loop.run_until_complete(fetch(url))  # expect: bridge-nested-run


async def by_new_loop(url):
    loop = asyncio.new_event_loop()
    loop.run_until_complete(fetch(url))  # expect: bridge-nested-run
    return [asyncio.run(fetch(u)) for u in url]  # expect: bridge-nested-run


# ---- through sync functions ----

def load(url):
    return asyncio.run(fetch(url))  # expect: bridge-thread-run(info)


def load_all(urls):
    return [load(u) for u in urls]


async def through_one(url):
    return load(url)  # expect: bridge-nested-run


async def through_two(urls):
    return load_all(urls)  # expect: bridge-nested-run


def two_runs(url):
    load(url)
    asyncio.run(fetch(url))


async def reported_once(url):
    two_runs(url)  # expect: bridge-nested-run


def step1(u):
    return load(u)


def step2(u):
    return step1(u)


def step3(u):
    return step2(u)


def step4(u):
    return step3(u)


def step5(u):
    return step4(u)


async def five_steps(u):
    return step4(u)  # expect: bridge-nested-run


async def six_steps(u):
    return step5(u)  # clean


class Client:
    def __init__(self, url):
        self.page = asyncio.run(fetch(url))

    def reload(self):
        self.loop.run_until_complete(fetch(self.url))

    async def handle(self):
        self.reload()  # expect: bridge-nested-run


async def constructs(url):
    return Client(url)  # expect: bridge-nested-run


# ---- no loop runs there ----

def main():
    asyncio.run(fetch("/"))  # clean
    return load("/")  # clean


async def offloaded(url):
    await asyncio.to_thread(load, url)  # clean
    await asyncio.get_running_loop().run_in_executor(None, load, url)  # clean


async def thread(url):
    def body():
        asyncio.run(fetch(url))  # expect: bridge-thread-run(info)

    threading.Thread(target=body).start()
    threading.Thread(target=lambda: asyncio.run(fetch(url))).start()  # expect: bridge-thread-run(info)


def guarded(url):
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(fetch(url))  # clean
    return fetch(url)


async def calls_guarded(url):
    return guarded(url)  # clean


async def guarded_in_place(loop, url):
    if not loop.is_running():
        loop.run_until_complete(fetch(url))  # clean
    return await fetch(url)


async def expects_the_error(url):
    with pytest.raises(RuntimeError):
        asyncio.run(fetch(url))  # clean
    with pytest.raises(RuntimeError):
        load(url)  # clean


async def other_run(client, process):
    client.run()  # clean
    process.run(fetch)  # clean
    return asyncio.run  # clean


def lazy(url):
    yield asyncio.run(fetch(url))


async def only_makes_the_generator(url):
    return lazy(url)  # clean


if __name__ == "__main__":
    asyncio.run(directly("/"))  # clean


def may_fail(job):
    try:
        asyncio.run(job())
    except Exception:
        return False
    return True


def cleans_up_badly(job):
    try:
        job.prepare()
    except Exception:
        asyncio.run(job())


async def tries(job):
    may_fail(job)  # clean
    cleans_up_badly(job)  # expect: bridge-nested-run
