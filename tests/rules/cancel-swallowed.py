import asyncio
import concurrent.futures
import contextlib
from asyncio import CancelledError
from contextlib import suppress

import anyio
import pytest
import trio


# In an endless loop: the task cannot be stopped.
async def named(queue):
    while True:
        try:
            await queue.get()
        except asyncio.CancelledError:  # expect: cancel-swallowed(error)
            print("cancelled")


async def in_a_tuple(queue):
    while True:
        try:
            await queue.get()
        except (ValueError, CancelledError):  # expect: cancel-swallowed(error)
            continue


async def bare(queue):
    while True:
        try:
            await queue.get()
        except:  # expect: cancel-swallowed(error)
            pass


async def base_exception(queue):
    while True:
        try:
            async with queue:
                queue.step()
        except BaseException:  # expect: cancel-swallowed(error)
            queue.failed += 1


async def suppressing(queue):
    while True:
        with contextlib.suppress(asyncio.CancelledError):  # expect: cancel-swallowed(error)
            await queue.get()


# Elsewhere: the task looks finished.
async def once(queue):
    try:
        await queue.get()
    except asyncio.CancelledError:  # expect: cancel-swallowed(warning)
        return None


async def leaves_the_loop(queue):
    while True:
        try:
            await queue.get()
        except CancelledError:  # expect: cancel-swallowed(warning)
            break


async def some_path(queue, strict):
    try:
        await queue.get()
    except CancelledError:  # expect: cancel-swallowed(info)
        if strict:
            raise


async def second_handler(queue):
    try:
        await queue.get()
    except Exception:
        pass
    except BaseException as e:  # expect: cancel-swallowed(warning)
        print(e)


async def in_finally(queue):
    try:
        await queue.get()
    except CancelledError:  # expect: cancel-swallowed(warning)
        try:
            raise
        finally:
            return


async def trios(queue):
    try:
        await queue.receive()
    except trio.Cancelled:  # expect: cancel-swallowed(warning)
        pass


async def anyios(queue):
    try:
        await queue.receive()
    except anyio.get_cancelled_exc_class():  # expect: cancel-swallowed(warning)
        pass


async def anyios_by_name(queue):
    cancelled = anyio.get_cancelled_exc_class()
    try:
        await queue.receive()
    except cancelled:  # expect: cancel-swallowed(warning)
        pass


async def groups(queue):
    try:
        async for x in queue:
            print(x)
    except* CancelledError:  # expect: cancel-swallowed(warning)
        print("cancelled")


async def suppressing_once(queue):
    with suppress(OSError, CancelledError):  # expect: cancel-swallowed(warning)
        await queue.get()


async def cancels_something_else(queue, task, other):
    other.cancel()
    try:
        await task
    except CancelledError:  # expect: cancel-swallowed(warning)
        pass


# Raised again.
async def raised(queue):
    while True:
        try:
            await queue.get()
        except CancelledError:  # clean
            queue.close()
            raise


async def raised_on_every_path(queue, x):
    try:
        await queue.get()
    except BaseException as e:  # clean
        if x:
            raise RuntimeError from e
        else:
            raise


async def raised_after_cleaning_up(queue):
    try:
        await queue.get()
    except:  # clean
        try:
            await queue.close()
        finally:
            raise


# Not cancellation.
async def plain_errors(queue):
    while True:
        try:
            await queue.get()
        except Exception:  # clean
            pass


async def of_another_library(queue):
    try:
        await queue.get()
    except concurrent.futures.CancelledError:  # clean
        pass


async def unknown_types(queue, errors):
    try:
        await queue.get()
    except errors:  # clean
        pass


async def already_caught(queue):
    while True:
        try:
            await queue.get()
        except CancelledError:  # clean
            raise
        except BaseException:  # clean
            pass


async def suppressing_errors(queue):
    with suppress(OSError):  # clean
        await queue.get()


# Nothing can be cancelled there.
async def no_checkpoint(queue):
    try:
        queue.get_nowait()
    except:  # clean
        pass
    with suppress(CancelledError):  # clean
        queue.task.result()


def sync(queue):
    try:
        queue.get()
    except:  # clean
        pass


async def await_of_another_function(queue):
    try:

        async def later():
            await queue.get()

        queue.on_close(later)
    except:  # clean
        pass


# Reaping a task that was cancelled here.
async def reaps(task):
    task.cancel()
    try:
        await task
    except CancelledError:  # clean
        pass


async def reaps_many(tasks):
    for task in tasks:
        task.cancel()
    with suppress(CancelledError):  # clean
        await asyncio.gather(*tasks)


def cancel_safely(task):
    task.cancel()


async def reaps_with_a_helper(tasks):
    for task in tasks:
        cancel_safely(task)
    for task in tasks:
        with suppress(CancelledError):  # clean
            await task


async def expects_it(service, task):
    await service.close()
    with suppress(CancelledError):  # clean
        await asyncio.wait_for(task, 1)
    assert task.cancelled()


async def reaps_with_a_limit(task):
    task.cancel()
    try:
        await asyncio.wait_for(task, 1)
    except (CancelledError, asyncio.TimeoutError):  # clean
        pass


async def reaps_within_a_limit(task):
    task.cancel()
    try:
        async with asyncio.timeout(1):
            await task
    except CancelledError:  # clean
        pass


async def waits_for_the_next(queue, heartbeat):
    heartbeat.cancel()
    try:
        await asyncio.wait_for(queue.get(), 1)
    except CancelledError:  # expect: cancel-swallowed(warning)
        pass


async def reaps_all_in_time(tasks, heartbeat):
    heartbeat.cancel()
    try:
        await asyncio.wait_for(asyncio.gather(*tasks), 1)
    except CancelledError:  # clean
        pass


async def takes_a_lock_to_reap(task, lock):
    task.cancel()
    try:
        async with lock:
            await task
    except CancelledError:  # expect: cancel-swallowed(warning)
        pass


class Service:
    def stop(self):
        self.task.cancel()

    async def wait_closed(self):
        try:
            await self.task
        except CancelledError:  # clean
            pass

    async def run(self):
        try:
            await self.work()
        except CancelledError:  # expect: cancel-swallowed(warning)
            pass


async def reaps_what_is_pending(tasks, first):
    done, pending = await asyncio.wait(tasks)
    for p in pending:
        p.cancel()
    try:
        await first
    except CancelledError:  # clean
        pass


async def cancels_afterwards(task):
    try:
        await task
    except CancelledError:  # expect: cancel-swallowed(warning)
        pass
    finally:
        task.cancel()


async def cancels_a_timer(timer, queue):
    timer.cancel()
    while True:
        try:
            await queue.get()
        except CancelledError:  # expect: cancel-swallowed(error)
            pass


# The handler raises in another way.
async def raises_at_the_end(queue):
    error = None
    try:
        await queue.get()
    except BaseException as e:  # clean
        error = e
    queue.close()
    if error is not None:
        raise error


async def never_raises_it(queue):
    error = None
    try:
        await queue.get()
    except BaseException as e:  # expect: cancel-swallowed(warning)
        error = e
    print(error)


async def sorts_out(queue):
    try:
        await queue.get()
    except BaseException as e:  # clean
        if isinstance(e, asyncio.CancelledError):
            raise
        print(e)


async def sorts_out_the_rest(queue):
    try:
        await queue.get()
    except BaseException as e:  # clean
        if isinstance(e, Exception):
            print(e)
        else:
            raise


async def looks_but_does_not_raise(queue):
    try:
        await queue.get()
    except BaseException as e:  # expect: cancel-swallowed(warning)
        if isinstance(e, Exception):
            print(e)


class Connection:
    def fail(self, error):
        self.closed = True
        raise RuntimeError from error

    def note(self, error):
        self.error = error

    async def read(self):
        try:
            return await self.stream.read()
        except BaseException as e:  # clean
            self.fail(e)

    async def write(self):
        try:
            await self.stream.write()
        except BaseException as e:  # expect: cancel-swallowed(info)
            self.note(e)


async def cleans_up_in_a_handler(queue):
    try:
        await queue.get()
    except:  # clean
        try:
            await queue.close()
        except:  # clean
            print("cannot close")
        raise


async def shielded(queue):
    with anyio.CancelScope(shield=True):
        try:
            await queue.close()
        except BaseException:  # clean
            print("cannot close")


async def shielded_within(queue):
    try:
        with anyio.CancelScope(shield=True):
            await queue.close()
    except BaseException:  # clean
        print("cannot close")


async def raises_the_first(clients):
    errors = []
    for client in clients:
        try:
            await client.close()
        except (Exception, CancelledError) as e:  # clean
            errors.append(e)
    if errors:
        raise errors[0]


async def asks_its_scope(scope, queue):
    try:
        await queue.get()
    except BaseException as e:  # clean
        if scope.handles(type(e), e):
            return True
        raise


async def fails_the_test(queue):
    try:
        await queue.get()
    except CancelledError:  # clean
        pytest.fail("nobody cancelled it")


# Meant, as far as the code shows.
async def keeps_a_flag(queue, closing):
    while True:
        try:
            await queue.get()
        except CancelledError:  # expect: cancel-swallowed(info)
            if not closing():
                raise


async def passes_on_the_outcome(queue, future):
    try:
        future.set_result(await queue.get())
    except BaseException as e:  # expect: cancel-swallowed(info)
        future.set_exception(e)


async def passes_on_and_goes_on(queue):
    while True:
        item = None
        try:
            item = await queue.get()
        except BaseException as e:  # expect: cancel-swallowed(error)
            item.set_exception(e)


async def only_shows_it(queue, log):
    try:
        await queue.get()
    except BaseException as e:  # expect: cancel-swallowed(warning)
        log.error("failed", exc_info=e)


class Poller:
    def start(self):
        self.task = asyncio.create_task(self.poll())
        job = self.poll_once()
        self.other = self.loop.create_task(job)
        self.third = asyncio.create_task(self.poll_and_close())
        self.fourth = asyncio.create_task(self.poll_again())

    async def poll(self):
        while True:
            try:
                await self.queue.get()
            except CancelledError:  # expect: cancel-swallowed(info)
                break
        print("stopped")

    async def poll_once(self):
        try:
            await self.queue.get()
        except CancelledError:  # expect: cancel-swallowed(info)
            print("stopped")
        finally:
            await self.queue.close()

    async def poll_and_close(self):
        try:
            await self.queue.get()
        except CancelledError:  # expect: cancel-swallowed(warning)
            print("stopped")
        await self.queue.report()

    async def poll_again(self):
        with suppress(CancelledError):  # expect: cancel-swallowed(warning)
            await self.queue.get()

    async def now(self):
        await self.poll_again()


async def whole_task(queue):
    try:
        await queue.get()
    except CancelledError:  # expect: cancel-swallowed(info)
        print("stopped")


async def task_or_not(queue):
    try:
        await queue.get()
    except CancelledError:  # expect: cancel-swallowed(warning)
        print("stopped")


def start_them(nursery, portal, queue):
    nursery.start_soon(whole_task, queue)
    portal.start_task_soon(whole_task, queue)
    nursery.start_soon(task_or_not, queue)
    queue.on_empty(task_or_not)


# The handler asks whose cancellation it was.
async def asks_the_future(future):
    try:
        return await future
    except CancelledError:  # clean
        if not future.cancelled():
            raise


async def asks_the_task(future):
    try:
        return await future
    except CancelledError:  # clean
        if asyncio.current_task().cancelling() > 0:
            raise


async def takes_it_back(future):
    try:
        return await future
    except CancelledError:  # clean
        asyncio.current_task().uncancel()


async def silenced(queue):
    try:
        await queue.get()
    except:  # noqa: E722  # lapse: ignore[cancel-swallowed] # suppressed: cancel-swallowed
        pass
