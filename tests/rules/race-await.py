"""Shared state that other tasks may change during an await; and state that they cannot spoil."""
import asyncio

from aiohttp import web
from tornado.web import RequestHandler

from elsewhere import app, connect, fetch, price, results

total = 0
connection = None
cache = {}
lock = asyncio.Lock()


async def add(item):
    global total
    total += await price(item)  # expect: race-await(warning)


async def add_late(item):
    global total
    value = await price(item)
    total += value  # clean


async def add_locked(item):
    global total
    async with lock:
        total += await price(item)  # clean


async def add_written_out(item):
    global total
    total = total + await price(item)  # expect: race-await(warning)


async def add_reversed(item):
    global total
    total = await price(item) + total  # clean


async def main(items):
    await asyncio.gather(*[add(i) for i in items])
    await asyncio.gather(*(add_late(i) for i in items), *(add_locked(i) for i in items))
    async with asyncio.TaskGroup() as tg:
        for i in items:
            tg.create_task(add_written_out(i))
            tg.create_task(add_reversed(i))


# Made twice by requests that come at the same time.
@app.get("/")
async def handler():
    global connection
    if connection is None:
        connection = await connect()  # expect: race-await(warning)
    return connection


@app.get("/item")
async def item(key):
    if key not in cache:
        cache[key] = await fetch(key)  # expect: race-await(warning)
    return cache[key]


@app.get("/other")
async def other_item(key):
    cache[key] = await fetch(key)  # clean
    return cache[key]


@app.get("/guarded")
async def guarded(key):
    found = cache.get(key)
    if cache.get(key) is not None:
        return found
    value = await fetch(key)
    cache[key] = value  # expect: race-await(warning)
    return value


@app.get("/again")
async def tested_again(key):
    if key not in cache:
        value = await fetch(key)
        if key not in cache:
            cache[key] = value  # clean
    return cache[key]


@app.get("/double")
async def double_checked():
    global connection
    if connection is None:
        async with lock:
            if connection is None:
                connection = await connect()  # clean
    return connection


class Account:
    def __init__(self):
        self.balance = 100
        self.session = None
        self.started = False
        self.history = []
        self._lock = asyncio.Lock()

    async def withdraw(self, amount):
        if self.balance >= amount:
            await self.log(amount)
            self.balance -= amount  # expect: race-await(warning)

    async def deposit(self, amount):
        balance = self.balance
        await self.log(amount)
        self.balance = balance + amount  # expect: race-await(warning)

    async def deposit_fresh(self, amount):
        await self.log(amount)
        balance = self.balance
        self.balance = balance + amount  # clean

    async def log(self, amount):
        await asyncio.sleep(0)
        self.history.append(amount)  # clean

    # One place shows each of these running; that is not several at once.
    async def open(self):
        if self.session is None:
            self.session = await connect()  # expect: race-await(info)
        return self.session

    async def open_locked(self):
        async with self._lock:
            if self.session is None:
                self.session = await connect()  # clean

    async def _open(self):
        if self.session is None:
            self.session = await connect()  # clean

    async def calls_under_lock(self):
        async with self._lock:
            await self._open()

    async def start(self):
        if self.started:
            return
        self.started = True
        self.session = await connect()  # clean

    async def start_once(self):
        if self.started:
            return
        await asyncio.sleep(1)
        self.started = True  # expect: race-await(info)

    async def close(self):
        if self.session is not None:
            await asyncio.sleep(1)
            self.session = None  # clean

    async def swap(self):
        old = self.balance
        await self.log(0)
        self.balance = old  # clean

    async def branches(self, flag):
        if self.session is None:
            if flag:
                await self.log(1)
                return
            self.session = 1  # clean

    async def acquired(self):
        await self._lock.acquire()
        try:
            self.balance += await price(1)  # clean
        finally:
            self._lock.release()


async def bank():
    account = Account()
    await asyncio.gather(*(account.withdraw(n) for n in range(10)))
    await asyncio.gather(*[account.deposit(n) for n in range(10)])
    await asyncio.gather(account.open(), account.close())


class Downloader:
    def __init__(self):
        self.bytes = 0

    async def run(self):
        self.bytes += await price(1)  # expect: race-await(info)


async def one_each(downloaders):
    await asyncio.gather(*[d.run() for d in downloaders])
    await asyncio.gather(*[Downloader().run() for _ in range(3)])


async def closure(items):
    done = 0

    async def work(item):
        nonlocal done
        done += await price(item)  # expect: race-await(warning)

    async def local_only(item):
        count = 0
        count += await price(item)  # clean
        return count

    await asyncio.gather(*[work(i) for i in items])
    await asyncio.gather(*[local_only(i) for i in items])
    return done


async def hits(request: web.Request):
    global total
    before = total
    await fetch(request)
    total = before + 1  # expect: race-await(warning)


# A handler object serves one request.
class Page(RequestHandler):
    async def get(self):
        if self.user is None:
            self.user = await fetch("user")  # clean


# Somebody else's list: distinct places, and nothing read before.
async def collect(index):
    results[index] = await price(index)  # clean


class Tokens:
    async def token(self):
        if self.value is None:
            self.value = await fetch("t")  # lapse: ignore # suppressed: race-await
        return self.value


class Runner:
    def __init__(self):
        self.pool = None
        self.task = None

    async def main(self):
        if self.pool is None:
            self.pool = await connect()  # expect: race-await(info)

    async def begin(self):
        self.task = asyncio.create_task(self.main())
        await self.task

    def run(self, loop):
        self.task = loop.create_task(self.main())
        loop.run_until_complete(self.task)


class Tokens:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.token = None
        self.expires_at = 0

    async def fresh(self, now):
        if self.expires_at <= now:
            token = self.token
            async with self.lock:
                if token == self.token:
                    self.token, expires_at = await fetch("token")
                    self.expires_at = expires_at  # clean


class Pages:
    def __init__(self):
        self.page = None
        self.left = 1

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.left:
            await fetch(self.page)
            self.left -= 1  # clean
        return self.page

    async def __aenter__(self):
        if self.page is None:
            self.page = await fetch(0)  # clean
        return self


async def tries(deadline):
    delay = 1

    async def waits():
        nonlocal delay
        if deadline <= delay:
            raise TimeoutError
        await asyncio.sleep(delay)
        delay *= 2  # clean

    while True:
        await waits()
