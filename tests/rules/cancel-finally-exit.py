import asyncio


# Whatever is on its way, CancelledError too, ends here.
async def returns(session, url):
    result = None
    try:
        result = await session.get(url)
    finally:
        return result  # expect: cancel-finally-exit


async def breaks(queue):
    while True:
        try:
            await queue.get()
        finally:
            break  # expect: cancel-finally-exit


async def continues_sometimes(queue, state):
    for _ in range(3):
        try:
            await queue.get()
        finally:
            if state.failed:
                continue  # expect: cancel-finally-exit
            state.done()


async def in_an_inner_try(queue, state):
    try:
        async with queue.lock:
            state.work()
    finally:
        try:
            state.close()
        except OSError:
            return  # expect: cancel-finally-exit


async def once_for_two(queue, state):
    try:
        await queue.get()
    finally:
        try:
            await state.close()
        finally:
            return  # expect: cancel-finally-exit


async def wait_in_a_handler(queue, state):
    try:
        state.work()
    except OSError:
        await queue.put(None)
    finally:
        return  # expect: cancel-finally-exit


async def out_of_a_loop_around(xs):
    for x in xs:
        try:
            await x.run()
        finally:
            with x.lock:
                break  # expect: cancel-finally-exit


# Loops and functions inside the finally.
async def loop_inside(queue, xs):
    try:
        await queue.get()
    finally:
        for x in xs:
            if x:
                break  # clean
            continue  # clean


async def function_inside(queue, xs):
    try:
        await queue.get()
    finally:

        def close(x):
            return x.close()  # clean

        for x in xs:
            close(x)


# Not in the finally.
async def in_the_body(queue):
    try:
        return await queue.get()  # clean
    finally:
        queue.close()


async def in_the_handler(queue):
    try:
        await queue.get()
    except OSError:
        return None  # clean
    finally:
        queue.close()


async def behind(queue):
    try:
        await queue.get()
    finally:
        queue.close()
    return queue  # clean


# Nothing waits in there: no cancellation can come.
async def without_a_wait(state):
    try:
        state.work()
    finally:
        return state  # clean


# Not async.
def plain(queue):
    try:
        queue.get()
    finally:
        return queue  # clean


async def nested_plain():
    def work(queue):
        try:
            queue.get()
        finally:
            return queue  # clean

    await asyncio.to_thread(work)


async def silenced(queue):
    try:
        await queue.get()
    finally:
        return  # noqa: B012  # suppressed: cancel-finally-exit
