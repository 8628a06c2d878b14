"""Everything at once; and what has a bound."""
import asyncio

import aiohttp
import httpx

from elsewhere import handle, sock, work


async def all_at_once(urls):
    async with httpx.AsyncClient() as client:
        return await asyncio.gather(*[client.get(u) for u in urls])  # expect: throughput-unbounded(info)


async def load(url):
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return await response.text()


async def through_a_helper(urls):
    return await asyncio.gather(*(load(u) for u in urls))  # expect: throughput-unbounded(info)


async def through_a_local(urls):
    tasks = [asyncio.create_task(load(u)) for u in urls]
    return await asyncio.gather(*tasks)  # expect: throughput-unbounded(info)


async def accepts(listener, group):
    loop = asyncio.get_running_loop()
    while True:
        connection = await listener.accept()
        group.start_soon(handle, connection)  # expect: throughput-unbounded(info)
        print(loop)


class Reader(asyncio.DatagramProtocol):
    def __init__(self):
        self.queue = asyncio.Queue()  # expect: throughput-unbounded(info)
        self.bounded = asyncio.Queue(maxsize=100)  # clean
        self.fed = asyncio.Queue()  # clean

    def datagram_received(self, data, address):
        self.queue.put_nowait(data)
        self.bounded.put_nowait(data)

    async def feed(self):
        while True:
            await self.fed.put(await work())


# ---- bounded ----


async def with_semaphore(urls):
    semaphore = asyncio.Semaphore(10)

    async def one(url):
        async with semaphore:
            return await load(url)

    return await asyncio.gather(*[one(u) for u in urls])  # clean


async def few():
    urls = ["a", "b", "c"]
    await asyncio.gather(*[load(u) for u in urls])  # clean
    await asyncio.gather(*[load(n) for n in range(8)])  # clean
    await asyncio.gather(load("a"), load("b"))  # clean


async def batches(urls):
    for start in range(0, len(urls), 10):
        await asyncio.gather(*[load(u) for u in urls[start : start + 10]])  # clean


async def no_requests(items):
    await asyncio.gather(*[work(i) for i in items])  # clean


async def accepts_some(listener, group, semaphore):
    while True:
        await semaphore.acquire()
        connection = await listener.accept()
        group.start_soon(handle, connection)  # clean


async def fills(urls):
    queue = asyncio.Queue()  # clean
    for url in urls:
        queue.put_nowait(url)
    return queue
