"""Handlers around gather(return_exceptions=True) that never run; and those that may."""
import asyncio
import logging
from asyncio import gather

from elsewhere import make, render, send

log = logging.getLogger(__name__)


def show(results):
    return [r for r in results if not isinstance(r, BaseException)]


# ---- never run ----

async def all_caught(users):
    try:
        results = await asyncio.gather(*[send(u) for u in users], return_exceptions=True)
    except Exception:  # expect: error-gather-handler
        log.exception("not sent")
        return []
    return show(results)


async def concrete(a, b):
    try:
        results = await gather(send(a), send(b), return_exceptions=True)
    except ConnectionError as e:  # expect: error-gather-handler
        log.error("no connection: %s", e)
    except (OSError, asyncio.TimeoutError):  # expect: error-gather-handler
        log.error("no answer")
    else:
        return show(results)


async def group(tasks):
    try:
        results = await asyncio.gather(*tasks, return_exceptions=True)
    except* OSError:  # expect: error-gather-handler
        log.error("some failed")
    return show(results)


async def exception_group(a):
    try:
        results = await asyncio.gather(asyncio.create_task(send(a)), return_exceptions=True)
    except ExceptionGroup:  # expect: error-gather-handler
        log.error("some failed")
    return show(results)


async def mapped(users):
    try:
        results = await asyncio.gather(*map(send, users), return_exceptions=True)
    except asyncio.CancelledError:  # clean
        raise
    except Exception:  # expect: error-gather-handler
        log.exception("not sent")
    return show(results)


# ---- may run ----

async def cancelled(tasks):
    try:
        results = await asyncio.gather(*tasks, return_exceptions=True)
    except asyncio.CancelledError:  # clean
        log.info("stopped")
        raise
    return show(results)


async def everything(tasks):
    try:
        results = await asyncio.gather(*tasks, return_exceptions=True)
    except BaseException:  # clean
        log.info("stopped")
        raise
    return show(results)


async def bare(tasks):
    try:
        results = await asyncio.gather(*tasks, return_exceptions=True)
    except:  # clean
        log.info("stopped")
        raise
    return show(results)


async def with_the_others(tasks):
    try:
        results = await asyncio.gather(*tasks, return_exceptions=True)
    except (Exception, asyncio.CancelledError):  # clean
        log.info("stopped")
        raise
    return show(results)


async def other_work_in_the_body(users):
    try:
        results = await asyncio.gather(*[send(u) for u in users], return_exceptions=True)
        render(show(results))
    except Exception:  # clean
        log.exception("not rendered")


async def arguments_made_by_a_call():
    try:
        results = await asyncio.gather(*make(), return_exceptions=True)
    except Exception:  # clean
        log.exception("not made")
        return []
    return show(results)


async def arguments_computed(users):
    try:
        results = await asyncio.gather(*[send(u["id"]) for u in users], return_exceptions=True)
    except Exception:  # clean
        log.exception("not sent")
        return []
    return show(results)


async def raised_by_the_executor(loop, work):
    try:
        results = await asyncio.gather(loop.run_in_executor(None, work), return_exceptions=True)
    except Exception:  # clean
        log.exception("executor closed")
        return []
    return show(results)


async def limited(tasks):
    try:
        results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
    except asyncio.TimeoutError:  # clean
        return []
    return show(results)


async def raising(tasks):
    try:
        await asyncio.gather(*tasks)
    except Exception:  # clean
        log.exception("not sent")


async def unpacked(tasks):
    try:
        first, second = await asyncio.gather(*tasks, return_exceptions=True)
    except ValueError:  # clean
        return None
    return show([first, second])
