import asyncio
import contextlib
import itertools
import os
import queue
import sys

import pytest


# No checkpoint and no exit: nothing else ever runs.
async def spins(state):
    while True:  # expect: starvation-loop(error)
        state.poll()


async def spins_on_constants(state):
    while 1:  # expect: starvation-loop(error)
        if state.ready:
            continue
        state.poll()


async def break_of_another_loop(xs):
    while "forever":  # expect: starvation-loop(error)
        for x in xs:
            if x:
                break


async def catches_its_own_exit(state):
    while True:  # expect: starvation-loop(error)
        try:
            if state.done():
                raise ValueError
        except Exception:
            pass


async def await_in_another_function(state):
    while True:  # expect: starvation-loop(error)

        async def later():
            await state

        state.add(later)


async def lazy_await(xs):
    while True:  # expect: starvation-loop(error)
        xs = (await x for x in xs)


async def outer_loop_is_fine(state):
    while True:  # clean
        await state.next()
        while True:  # expect: starvation-loop(error)
            state.poll()


class Worker:
    async def run(self):
        while True:  # expect: starvation-loop(error)
            self.step()


# Checkpoints, but a way around them.
async def continues_first(jobs):
    while True:  # expect: starvation-loop(warning)
        if jobs.empty():
            continue
        await jobs.get_nowait().run()


async def continues_in_a_branch(state):
    while True:  # expect: starvation-loop(warning)
        if state.a:
            await state.work()
        elif state.b:
            continue
        await state.rest()


async def handler_after_a_call(state):
    while True:  # expect: starvation-loop(warning)
        try:
            job = state.parse()
            await job.run()
        except Exception:
            state.count += 1


async def handler_continues(jobs):
    while True:  # expect: starvation-loop(warning)
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            continue
        await job.run()


async def lookup_that_fails(table, key):
    while True:  # expect: starvation-loop(warning)
        try:
            job = table[key]
        except KeyError:
            continue
        await job.run()


async def raise_before_the_await(state):
    while True:  # expect: starvation-loop(warning)
        try:
            if state.broken:
                raise OSError
            await state.work()
        except OSError:
            state.log()


async def suppressed_before_the_await(state):
    while True:  # expect: starvation-loop(warning)
        with contextlib.suppress(Exception):
            state.connect()
            await state.work()


async def match_continues(state):
    while True:  # expect: starvation-loop(warning)
        match state.kind:
            case "skip":
                continue
            case _:
                await state.work()


async def stepped_nothing(state):
    while True:  # expect: starvation-loop(warning)
        if not state.step():
            continue
        await state.work()


# A checkpoint on every way around.
async def plain(jobs):
    while True:  # clean
        await jobs.get()


async def both_branches(state):
    while True:  # clean
        if state.a:
            await state.work()
            continue
        await asyncio.sleep(1)


async def async_for(xs):
    while True:  # clean
        async for x in xs:
            x.do()


async def async_with(lock):
    while True:  # clean
        async with lock:
            lock.count += 1


async def async_comprehension(xs):
    while True:  # clean
        xs.seen = [x async for x in xs]


async def handler_waits(state):
    while True:  # clean
        try:
            state.connect()
            await state.work()
        except OSError:
            await asyncio.sleep(1)


async def handler_after_the_await(state):
    while True:  # clean
        try:
            state.parse(await state.read())
        except ValueError:
            continue


async def await_in_the_test(state):
    while True:  # clean
        if not await state.next():
            continue
        state.work()


async def handler_of_the_wait_only(state):
    while True:  # clean
        try:
            state.prepare()
            await asyncio.wait_for(state.next(), 5)
        except asyncio.TimeoutError:
            state.late += 1


async def finally_waits(state):
    while True:  # clean
        try:
            state.prepare()
        except OSError:
            continue
        finally:
            await asyncio.sleep(1)


async def logging_does_not_fail(log, state):
    while True:  # clean
        try:
            log.debug("next")
            await state.work()
        except Exception:
            log.exception("failed")


async def filters(jobs):
    while True:  # clean
        job = jobs.get_nowait()
        if job.old:
            continue
        await job.run()


async def worked(state):
    while True:  # clean
        if state.step():
            continue
        await state.changed.wait()


async def handler_of_a_library(state):
    while True:  # clean
        try:
            state.prepare()
            await state.commit()
        except state.ConflictError:
            continue


# No checkpoint, but an exit.
async def breaks(state):
    while True:  # clean
        if state.poll():
            break


async def returns(state):
    while True:  # clean
        if state.poll():
            return state


async def raises(state):
    while True:  # clean
        state.poll()
        if state.failed:
            raise RuntimeError


async def leaves_the_program(state):
    while True:  # clean
        if state.poll():
            sys.exit(1)
        if state.failed:
            os._exit(1)


async def yields(state):
    while True:  # clean
        yield state.poll()


async def drains(jobs):
    try:
        while True:  # clean
            jobs.get_nowait()
    except asyncio.QueueEmpty:
        pass


async def drains_suppressed(jobs):
    with contextlib.suppress(asyncio.QueueEmpty):
        while True:  # clean
            jobs.get_nowait()


async def drains_in_a_test(jobs):
    with pytest.raises(asyncio.QueueEmpty):
        while True:  # clean
            jobs.get_nowait()


# Not endless, or not in async context.
async def ends_by_its_condition(state):
    while state.more():  # clean
        state.poll()


async def bounded(xs):
    for x in xs:  # clean
        x.poll()


def a_thread(state):
    while True:  # clean
        state.poll()


async def starts_a_thread(state):
    def run():
        while True:  # clean
            state.poll()

    await asyncio.to_thread(run)


async def never_turns():
    while False:  # clean
        print("never")


async def silenced(state):
    while True:  # lapse: ignore[starvation-loop] # suppressed: starvation-loop
        state.poll()


# The next turn waits.
async def asks_again(self):
    while True:  # clean
        if self.answer is None:
            self.answer = await self.ask()
        if self.stopped:
            return self.answer
        try:
            if self.answer is None:
                continue
            self.use(self.answer)
        finally:
            self.turns += 1


async def waits_from_the_second_try(connect, servers):
    attempts = 0
    while True:  # clean
        if attempts != 0:
            await asyncio.sleep(5)
        attempts += 1
        for server in servers:
            try:
                server.resolve()
            except OSError:
                continue
            await connect(server)
        if server.last:
            raise TimeoutError


async def waits_when_told(connect, servers, pause):
    while True:  # expect: starvation-loop(warning)
        if pause != 0:
            await asyncio.sleep(5)
        for server in servers:
            try:
                server.resolve()
            except OSError:
                continue
            await connect(server)
        if server.last:
            raise TimeoutError


# Gives way when it has kept the loop for long enough.
async def gives_way(poll, clock):
    last = clock()
    while True:  # clean
        if clock() - last > 0.01:
            await asyncio.sleep(0)
            last = clock()
        if poll.ready:
            continue
        await poll.wait()


# It is input() that stops everybody.
async def asks_the_user(settings):
    while True:  # clean
        name = input("name? ")  # expect: blocking-console
        if not name:
            continue
        await settings.set(name)
        break
