import asyncio
import logging
import time

import anyio
import trio

INTERVAL_S = 0.5
log = logging.getLogger(__name__)
shutting_down = False
pending = set()


# The flag is set in another function of the file.
class Server:
    closed = False

    def __init__(self):
        self.ready = False
        self.active = 0
        self.state = {"up": False}
        self.only_here = False
        self.queue = []

    def on_connect(self):
        self.ready = True
        self.active += 1
        self.state["up"] = True

    def push(self, item):
        self.queue.append(item)

    async def until_ready(self):
        while not self.ready:  # expect: starvation-poll
            await asyncio.sleep(0.1)

    async def until_idle(self):
        while self.active > 0:  # expect: starvation-poll
            log.debug("still %s", self.active)
            await asyncio.sleep(INTERVAL_S)

    async def with_a_way_out(self):
        while True:  # expect: starvation-poll
            if self.ready:
                break
            await anyio.sleep(1)

    async def sleeps_first(self):
        while True:  # expect: starvation-poll
            await trio.sleep(60 * 5)
            if not self.active:
                log.info("idle")
                return

    async def until_filled(self):
        while not self.queue:  # expect: starvation-poll
            await asyncio.sleep(0.01)

    async def by_key(self):
        while not self.state["up"]:  # expect: starvation-poll
            await asyncio.sleep(0.01)

    async def two_flags(self):
        while self.active and not self.ready:  # expect: starvation-poll
            await asyncio.sleep(1)

    # Nobody in this file sets it.
    async def nobody(self):
        while not self.only_here:  # clean
            await asyncio.sleep(1)

    @property
    def busy(self):
        return self.active > 3

    async def asks_a_property(self):
        while self.busy:  # clean
            await asyncio.sleep(1)

    async def other_work(self):
        while not self.ready:  # clean
            self.connect()
            await asyncio.sleep(1)

    async def other_wait(self, changed):
        while not self.ready:  # clean
            await changed.wait()

    async def backs_off(self):
        delay = 1
        while not self.ready:  # clean
            await asyncio.sleep(delay)
            delay *= 2

    async def interval_of_the_caller(self, interval):
        while not self.ready:  # clean
            await asyncio.sleep(interval)

    async def deadline(self, end):
        while not self.ready and time.monotonic() < end:  # clean
            await asyncio.sleep(0.1)

    async def by_call(self):
        while self.is_busy():  # clean
            await asyncio.sleep(0.1)

    async def awaits_the_answer(self):
        while not await self.answer():  # clean
            await asyncio.sleep(0.1)

    async def tries(self):
        tries = 0
        while not self.ready:  # clean
            tries += 1
            if tries > 10:
                raise TimeoutError
            await asyncio.sleep(0.1)


def stop():
    global shutting_down
    shutting_down = True


async def until_stopped():
    while not shutting_down:  # expect: starvation-poll
        await asyncio.sleep(1)


def done(job):
    pending.discard(job)


async def until_all_done():
    while pending:  # expect: starvation-poll
        await asyncio.sleep(0.1)


async def client_of(server: Server):
    while not server.ready:  # expect: starvation-poll
        await asyncio.sleep(0.1)


async def called_back(source):
    called = False

    def callback():
        nonlocal called
        called = True

    source.on(callback)
    while not called:  # expect: starvation-poll
        await asyncio.sleep(0.1)


async def compares_with_a_constant(server: Server, goal):
    while server.active != goal:  # expect: starvation-poll
        await asyncio.sleep(0.1)


async def items_called_back(source):
    seen = {}

    def callback(value):
        seen["value"] = value

    source.on(callback)
    while seen["other"] is None:  # clean
        await asyncio.sleep(0.1)
    while seen["value"] is None:  # expect: starvation-poll
        await asyncio.sleep(0.1)


# State that others own.
async def unknown_object(server):
    while not server.ready:  # clean
        await asyncio.sleep(0.1)


async def one_of_two(server: Server, process):
    while not server.ready or process.returncode is None:  # clean
        await asyncio.sleep(0.1)


async def process_of(process):
    while process.returncode is None:  # clean
        await asyncio.sleep(0.1)


async def keeps_running():
    while True:  # clean
        await asyncio.sleep(3600)


async def local_only():
    once = True
    while once:  # clean
        await asyncio.sleep(0.1)
        once = False


def a_thread(server):
    while not server.ready:  # clean
        time.sleep(0.1)


async def silenced(server: Server):
    while not server.ready:  # lapse: ignore[starvation-poll]  # suppressed: starvation-poll
        await asyncio.sleep(0.1)
