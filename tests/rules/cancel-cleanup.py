import contextlib

import anyio
import trio
from anyio import CancelScope, move_on_after


# Cut short when the scope is cancelled.
async def says_goodbye(stream):
    try:
        await stream.receive()
    finally:
        await stream.send(b"bye")  # expect: cancel-cleanup


async def rolls_back(transaction):
    try:
        await transaction.run()
    except BaseException:
        await transaction.rollback()  # expect: cancel-cleanup
        raise


async def handles_cancelled(stream):
    try:
        await stream.receive()
    except trio.Cancelled:
        await stream.send(b"bye")  # expect: cancel-cleanup
        raise


async def handles_anyios(stream):
    try:
        await stream.receive()
    except anyio.get_cancelled_exc_class():
        await stream.send(b"bye")  # expect: cancel-cleanup
        raise


async def takes_a_lock(stream, lock):
    try:
        await stream.receive()
    finally:
        async with lock:  # expect: cancel-cleanup
            stream.count -= 1


async def drains(stream):
    try:
        await stream.send(b"x")
    finally:
        async for item in stream:  # expect: cancel-cleanup
            print(item)


async def one_report(stream):
    try:
        await stream.receive()
    finally:
        stream.closing = True
        await stream.send(b"bye")  # expect: cancel-cleanup
        await stream.flush()


async def limited_is_not_shielded(stream):
    try:
        await stream.receive()
    finally:
        with move_on_after(5):
            await stream.send(b"bye")  # expect: cancel-cleanup


@contextlib.asynccontextmanager
async def as_context(connection):
    try:
        yield connection
    finally:
        await connection.release()  # expect: cancel-cleanup


# Shielded.
async def shielded(stream):
    try:
        await stream.receive()
    finally:
        with CancelScope(shield=True):
            await stream.send(b"bye")  # clean


async def shielded_and_limited(stream):
    try:
        await stream.receive()
    finally:
        with move_on_after(5, shield=True):
            await stream.send(b"bye")  # clean


async def shielded_later(stream):
    try:
        await stream.receive()
    finally:
        with trio.move_on_after(5) as scope:
            scope.shield = True
            await stream.send(b"bye")  # clean


async def shielded_around(stream):
    with CancelScope(shield=True):
        try:
            await stream.receive()
        finally:
            await stream.send(b"bye")  # clean


async def shielding_helper(stream):
    with CancelScope(shield=True):
        await stream.send(b"bye")


async def by_helper(stream):
    try:
        await stream.receive()
    finally:
        await shielding_helper(stream)  # clean


# Works when cancelled.
async def closes(stream):
    try:
        await stream.receive()
    finally:
        await stream.aclose()  # clean


async def closes_forcefully(stream):
    try:
        await stream.receive()
    finally:
        await anyio.aclose_forcefully(stream)  # clean


async def only_a_checkpoint(stream):
    try:
        await stream.receive()
    finally:
        await trio.lowlevel.checkpoint()  # clean


async def old_anyio(stream, group, lock):
    try:
        await stream.receive()
    finally:
        await group.cancel_scope.cancel()  # clean
        await lock.release()  # clean
        await anyio.sleep(0)  # clean


class Connection:
    async def close(self):
        self.closed = True
        await self.stream.aclose()

    async def run(self):
        try:
            await self.stream.receive()
        finally:
            await self.close()  # clean

    async def leave(self, *exc):
        try:
            await self.stream.receive()
        finally:
            await self.nursery_manager.__aexit__(*exc)  # clean


# The cancellation is expected.
async def suppresses(stream):
    try:
        await stream.receive()
    finally:
        with contextlib.suppress(trio.Cancelled):  # expect: cancel-swallowed
            await stream.send(b"bye")  # clean


async def tries(stream):
    try:
        await stream.receive()
    finally:
        try:
            await stream.send(b"bye")  # clean
        except trio.Cancelled:  # expect: cancel-swallowed
            stream.cut = True


# Cancellation does not come this way.
async def errors_only(stream):
    try:
        await stream.receive()
    except Exception:
        await stream.send(b"bye")  # clean
        raise


async def raised_before(stream):
    try:
        await stream.receive()
    except trio.Cancelled:
        raise
    except BaseException:
        await stream.send(b"bye")  # clean
        raise


async def nothing_to_cancel(state):
    try:
        state.work()
    finally:
        await state.send(b"bye")  # clean


async def defined_only(stream, callbacks):
    try:
        await stream.receive()
    finally:

        async def later():
            await stream.send(b"bye")  # clean

        callbacks.append(later)


async def silenced(stream):
    try:
        await stream.receive()
    finally:
        await stream.send(b"bye")  # noqa: ASYNC102  # suppressed: cancel-cleanup
