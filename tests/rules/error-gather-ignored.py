"""Results of gather(return_exceptions=True) that nobody tests; and those that somebody does."""
import asyncio
import logging
from asyncio import gather
from asyncio import gather as collect

from elsewhere import check_results, render, send

log = logging.getLogger(__name__)


# ---- thrown away ----

async def discarded(users):
    await asyncio.gather(*[send(u) for u in users], return_exceptions=True)  # expect: error-gather-ignored


async def discarded_imported(a, b):
    await gather(a, b, return_exceptions=True)  # expect: error-gather-ignored
    await collect(a, b, return_exceptions=True)  # expect: error-gather-ignored


async def bound_to_underscore(a, b):
    _ = await asyncio.gather(a, b, return_exceptions=True)  # expect: error-gather-ignored


async def bound_and_never_read(a, b):
    results = await asyncio.gather(  # expect: error-gather-ignored
        a, b, return_exceptions=True)


async def wrapped(a, b):
    await asyncio.wait_for(
        asyncio.shield(asyncio.gather(a, b, return_exceptions=True)), 5)  # expect: error-gather-ignored


async def awaited_later(a, b):
    both = asyncio.gather(a, b, return_exceptions=True)  # expect: error-gather-ignored
    log.info("started")
    await both


class Hub:
    async def broadcast(self, message):
        await asyncio.gather(  # expect: error-gather-ignored
            *(self.send(c, message) for c in self.clients), return_exceptions=True)
        self.log.debug("sent")


async def best_effort_cleanup(a, b):
    await asyncio.gather(a.close(), b.close(), return_exceptions=True)  # expect: error-gather-ignored(info)
    await asyncio.gather(*[c.aclose() for c in (a, b)], return_exceptions=True)  # expect: error-gather-ignored(info)


async def stop(tasks):
    await asyncio.gather(*tasks, return_exceptions=True)  # expect: error-gather-ignored(info)


async def work_then_wait(tasks):
    try:
        await send(1)
    finally:
        await asyncio.gather(*tasks, return_exceptions=True)  # expect: error-gather-ignored(info)


async def fails(u):
    await send(u)
    try:
        await send(u)
    except Exception:
        log.exception("not sent")


async def some_errors_kept(users):
    await asyncio.gather(*[fails(u) for u in users], return_exceptions=True)  # expect: error-gather-ignored


# ---- used as if every element were a result ----

async def summed(tasks):
    counts = await asyncio.gather(*tasks, return_exceptions=True)  # expect: error-gather-ignored
    total = 0
    for count in counts:
        total += count
    return total


async def returned(tasks):
    results = await asyncio.gather(*tasks, return_exceptions=True)  # expect: error-gather-ignored
    return results


async def unpacked():
    user, posts = await asyncio.gather(send(1), send(2), return_exceptions=True)  # expect: error-gather-ignored
    return render(user, posts)


async def zipped(urls):
    pages = await asyncio.gather(*map(send, urls), return_exceptions=True)  # expect: error-gather-ignored
    return dict(zip(urls, pages))


async def iterated_at_once(tasks):
    for result in await asyncio.gather(*tasks, return_exceptions=True):  # expect: error-gather-ignored
        print(result.name)


async def in_a_comprehension(tasks):
    return [r.name for r in await asyncio.gather(*tasks, return_exceptions=True)]  # expect: error-gather-ignored


def untested(results):
    return [r.name for r in results]


async def passed_to_an_untesting_function(tasks):
    results = await asyncio.gather(*tasks, return_exceptions=True)  # expect: error-gather-ignored
    return untested(results)


# ---- tested ----

async def tested(tasks):
    results = await asyncio.gather(*tasks, return_exceptions=True)  # clean
    for r in results:
        if isinstance(r, BaseException):
            log.error("failed", exc_info=r)


async def tested_by_type(tasks):
    results = await asyncio.gather(*tasks, return_exceptions=True)  # clean
    return [r for r in results if type(r) is not ValueError]


async def tested_by_match(tasks):
    for r in await asyncio.gather(*tasks, return_exceptions=True):  # clean
        match r:
            case Exception():
                log.error("failed")
            case _:
                print(r)


async def tested_in_zip(urls):
    results = await asyncio.gather(*[send(u) for u in urls], return_exceptions=True)  # clean
    for url, result in zip(urls, results):
        if isinstance(result, Exception):
            log.warning("%s: %s", url, result)


async def tested_through_a_copy(tasks):
    results = list(await asyncio.gather(*tasks, return_exceptions=True))  # clean
    errors = [r for r in results if isinstance(r, Exception)]
    if errors:
        raise errors[0]


async def tested_at_once(tasks):
    return [
        r
        for r in await asyncio.gather(*tasks, return_exceptions=True)  # clean
        if not isinstance(r, Exception)
    ]


async def one_of_two_tested():
    user, posts = await asyncio.gather(send(1), send(2), return_exceptions=True)  # clean
    if isinstance(posts, Exception):
        posts = []
    return user, posts


def only_results(results):
    return [r for r in results if not isinstance(r, BaseException)]


async def passed_to_a_testing_function(tasks):
    results = await asyncio.gather(*tasks, return_exceptions=True)  # clean
    return only_results(results)


async def passed_at_once(tasks):
    return only_results(await asyncio.gather(*tasks, return_exceptions=True))  # clean


async def passed_to_a_checker_of_another_file(tasks):
    check_results(await asyncio.gather(*tasks, return_exceptions=True))  # clean


async def filtered(tasks):
    results = await asyncio.gather(*tasks, return_exceptions=True)  # clean
    return list(filter(lambda r: not isinstance(r, Exception), results))


async def raised(tasks):
    for error in await asyncio.gather(*tasks, return_exceptions=True):  # clean
        if error is not None:
            raise error


async def returned_at_once(tasks):
    return await asyncio.gather(*tasks, return_exceptions=True)  # clean


async def tasks_asked(coroutines):
    tasks = [asyncio.ensure_future(c) for c in coroutines]
    await asyncio.gather(*tasks, return_exceptions=True)  # clean
    for task in tasks:
        if task.exception():
            log.error("failed")


async def collected(first, others):
    results = await first
    results.extend(await asyncio.gather(*others, return_exceptions=True))  # clean
    return [r for r in results if not isinstance(r, Exception)]


async def declared(tasks) -> list[str | BaseException]:
    results = await asyncio.gather(*tasks, return_exceptions=True)  # clean
    return results


async def compared(task):
    results = await asyncio.gather(task, return_exceptions=True)  # clean
    return results[0] is True


async def keeps_its_errors(u):
    try:
        await send(u)
    except Exception:
        log.exception("not sent")


async def through_another(u, sem):
    async with sem:
        await keeps_its_errors(u)


async def errors_kept(users, sem):
    await asyncio.gather(*[keeps_its_errors(u) for u in users], return_exceptions=True)  # clean
    tasks = [asyncio.create_task(through_another(u, sem)) for u in users]
    await asyncio.gather(*tasks, return_exceptions=True)  # clean


# ---- reaping ----

async def reaped(tasks):
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)  # clean


async def reaped_bound(tasks):
    [t.cancel() for t in tasks]
    results = await asyncio.gather(*tasks, return_exceptions=True)  # clean
    return len(results)


class Server:
    def cancel_all(self):
        for task in self._tasks:
            task.cancel()

    async def stop(self):
        self.cancel_all()
        await asyncio.gather(*self._tasks, return_exceptions=True)  # clean

    async def wait_stopped(self):
        await asyncio.gather(*self._tasks, return_exceptions=True)  # clean


# ---- something else ----

async def no_flag(a, b):
    await asyncio.gather(a, b)  # clean
    await asyncio.gather(a, b, return_exceptions=False)  # clean


async def other_gather(client, a, b, flag):
    await client.gather(a, b, return_exceptions=True)  # clean
    await asyncio.gather(a, b, return_exceptions=flag)  # clean


async def not_awaited_here(a, b):
    return asyncio.gather(a, b, return_exceptions=True)  # clean


async def aborts_and_raises(client, jobs):
    try:
        return await client.run(jobs)
    except BaseException:
        await asyncio.gather(*[client.forget(j) for j in jobs], return_exceptions=True)  # expect: error-gather-ignored(info)
        raise
