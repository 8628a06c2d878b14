import asyncio
import itertools
from asyncio import sleep as pause

import anyio
import trio


# Waiting by asking again and again.
async def for_a_flag(state):
    while not state.ready:  # expect: starvation-spin
        await asyncio.sleep(0)


async def for_a_task(task):
    while not task.done():  # expect: starvation-spin
        await pause(0)


async def for_ever(state):
    while True:  # expect: starvation-spin
        state.poll()
        await asyncio.sleep(0.0)


async def until_it_comes(source):
    while True:  # expect: starvation-spin
        message = source.poll()
        if message:
            return message
        await anyio.sleep(0)


async def until_it_is_there(source):
    item = None
    while item is None:  # expect: starvation-spin
        item = source.poll()
        await trio.lowlevel.checkpoint()


async def counts_the_turns(state):
    for turn in itertools.count():  # expect: starvation-spin
        state.poll(turn)
        await trio.sleep(0)


async def over_what_is_there(state):
    while state.running:  # expect: starvation-spin
        for client in state.clients:
            client.poll()
            await asyncio.sleep(0)


class Pump:
    async def run(self):
        while self.running:  # expect: starvation-spin
            self.step()
            await asyncio.sleep(0)

    async def one_report(self, state):
        while True:  # clean
            while not state.ready:  # expect: starvation-spin
                await asyncio.sleep(0)


# Other waits.
async def waits_for_a_queue(queue):
    while True:  # clean
        await queue.get()
        await asyncio.sleep(0)


async def sleeps(state):
    while not state.step():  # clean
        await asyncio.sleep(0.1)


async def async_for(xs):
    while True:  # clean
        async for x in xs:
            x.do()
            await asyncio.sleep(0)


async def waits_in_the_test(state):
    while await state.more():  # clean
        await asyncio.sleep(0)


async def backs_off(state, delay):
    while not state.step():  # clean
        await asyncio.sleep(delay)


async def generator(xs):
    while True:  # clean
        yield xs.step()
        await asyncio.sleep(0)


# Long work that lets others run: this is the cure.
async def bounded(xs):
    for x in xs:  # clean
        x.compute()
        await asyncio.sleep(0)


async def counts(n, state):
    i = 0
    while i < n:  # clean
        state.compute(i)
        i += 1
        await asyncio.sleep(0)


async def works_off(queue):
    while queue:  # clean
        queue.popleft().run()
        await asyncio.sleep(0)


async def drains(queue):
    while not queue.empty():  # clean
        print(queue.get_nowait())
        await asyncio.sleep(0)


async def reads(file, out):
    while True:  # clean
        chunk = file.read(65536)
        if not chunk:
            break
        out.append(chunk)
        await asyncio.sleep(0)


async def reads_with_walrus(file, out):
    while chunk := file.read(65536):  # clean
        out.append(chunk)
        await asyncio.sleep(0)


async def climbs(node):
    while node is not None:  # clean
        node.visit()
        node = node.parent
        await asyncio.sleep(0)


async def steps(simulation):
    while not simulation.finished:  # clean
        simulation.step()
        await asyncio.sleep(0)


async def until_the_end(items, out):
    while True:  # clean
        try:
            out.append(next(items))
        except StopIteration:
            break
        await asyncio.sleep(0)


class Reader:
    async def remaining(self):
        while self.left > 0:  # clean
            self.left -= self.work()
            await asyncio.sleep(0)


async def in_another_function(state):
    while True:  # clean
        await state.changed.wait()

        async def once():
            await asyncio.sleep(0)

        state.later(once)


async def silenced(task):
    while not task.done():  # noqa: ASYNC110  # suppressed: starvation-spin
        await asyncio.sleep(0)
