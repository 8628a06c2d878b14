"""Async clients and connections that nobody closes; and those that somebody does, or may."""
import asyncio
from contextlib import AsyncExitStack, aclosing

import aiofiles
import aiohttp
import asyncpg
import httpx
import pytest
import redis.asyncio as redis
import websockets
from aiohttp import ClientSession as Session
from httpx import AsyncClient

from elsewhere import Api, Base, use


# ---- locals ----

async def never_closed(url):
    session = aiohttp.ClientSession()  # expect: resource-unclosed
    async with session.get(url) as response:
        return await response.text()


async def imported(url):
    session = Session()  # expect: resource-unclosed
    client = AsyncClient()  # expect: resource-unclosed
    await client.get(url)
    await session.get(url)  # expect: resource-response


async def connected(dsn):
    connection = await asyncpg.connect(dsn)  # expect: resource-unclosed
    rows = await connection.fetch("SELECT 1")
    pool = await asyncio.wait_for(asyncpg.create_pool(dsn), 5)  # expect: resource-unclosed
    return rows, await pool.fetch("SELECT 2")


async def borrowed(pool: asyncpg.Pool):
    connection = await pool.acquire()  # expect: resource-unclosed
    return await connection.fetch("SELECT 1")


async def writer_left_open(host):
    reader, writer = await asyncio.open_connection(host, 80)  # expect: resource-unclosed
    writer.write(b"GET / HTTP/1.0\r\n\r\n")
    await writer.drain()
    return await reader.read()


async def read_only(url):
    store = redis.from_url(url)  # expect: resource-unclosed
    print(store)
    if store:
        return await store.get("key")


async def own_connector(url):
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False))  # expect: resource-unclosed
    return await session.get(url)


async def aliased(url):
    client = httpx.AsyncClient()  # expect: resource-unclosed
    other = client
    return (await other.get(url)).text


# ---- in place ----

async def in_place(url, dsn):
    response = await aiohttp.ClientSession().get(url)  # expect: resource-unclosed
    async with httpx.AsyncClient().stream("GET", url) as stream:  # expect: resource-unclosed
        await stream.aread()
    await (await asyncpg.connect(dsn)).fetch("SELECT 1")  # expect: resource-unclosed
    await websockets.connect(url)  # expect: resource-unclosed
    return response


# ---- attributes ----

class Leaky:
    def __init__(self):
        self.session = aiohttp.ClientSession()  # expect: resource-unclosed(warning)

    async def get(self, url):
        async with self.session.get(url) as response:
            return await response.text()


class LeakyWriter:
    async def open(self, host):
        self.stream_in, self.stream_out = await asyncio.open_connection(host, 80)  # expect: resource-unclosed(warning)

    async def send(self, data):
        self.stream_out.write(data)
        await self.stream_out.drain()


# ---- closed ----

async def with_block(url):
    async with aiohttp.ClientSession() as session:  # clean
        async with session.get(url) as response:
            return await response.text()


async def with_later(dsn):
    pool = asyncpg.create_pool(dsn)  # clean
    async with pool:
        return await pool.fetch("SELECT 1")


async def closed_in_finally(url):
    client = httpx.AsyncClient()  # clean
    try:
        return await client.get(url)
    finally:
        await client.aclose()


async def closed_by_alias(url):
    client = httpx.AsyncClient()  # clean
    other = client
    await other.aclose()


async def closed_transport(host):
    reader, writer = await asyncio.open_connection(host, 80)  # clean
    data = await reader.read()
    writer.transport.abort()
    return data


async def released(pool: asyncpg.Pool):
    connection = await pool.acquire()  # clean
    try:
        return await connection.fetch("SELECT 1")
    finally:
        await pool.release(connection)


async def on_a_stack(url):
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())  # clean
        client = httpx.AsyncClient()  # clean
        stack.push_async_callback(client.aclose)
        async with aclosing(redis.Redis()) as store:  # clean
            await use(session, client, store)


async def closed_by_nested(app):
    session = aiohttp.ClientSession()  # clean

    async def on_cleanup(_):
        await session.close()

    app.on_cleanup.append(on_cleanup)


# ---- in other hands ----

async def make_client():
    return httpx.AsyncClient()  # clean


async def make_session():
    session = aiohttp.ClientSession()  # clean
    session.headers.update({"a": "b"})
    return session


@pytest.fixture
async def client():
    client = httpx.AsyncClient()  # clean
    yield client


async def passed_on(url):
    session = aiohttp.ClientSession()  # clean
    return Api(session, url)


async def stored(app, dsn):
    app["db"] = await asyncpg.create_pool(dsn)  # clean
    pool = await asyncpg.create_pool(dsn)  # clean
    app.state.pool = pool


shared = None


async def global_client():
    global shared
    shared = httpx.AsyncClient()  # clean


class Owner:
    def __init__(self):
        self.session = None
        self.client_ = httpx.AsyncClient()  # clean
        self.given_away = httpx.AsyncClient()  # clean

    async def start(self):
        self.kept_session = aiohttp.ClientSession()  # clean

    async def close(self):
        kept, self.kept_session = self.kept_session, None
        await kept.close()
        await self.client_.aclose()

    def give(self):
        return self.given_away


class Child(Base):
    async def start(self):
        self.inherited_client = httpx.AsyncClient()  # clean


async def lent(url, connector, app, pool):
    session = aiohttp.ClientSession(connector=connector)  # clean
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app))  # clean
    store = redis.Redis(connection_pool=pool)  # clean
    return await session.get(url), await client.get(url), await store.get("key")


async def left_to_the_collector():
    session = aiohttp.ClientSession()  # clean
    del session


# ---- no resource yet, or none of ours ----

async def not_awaited(dsn, url):
    opening = asyncpg.connect(dsn)  # clean
    async for socket in websockets.connect(url):  # clean
        await use(socket)
    return opening


async def opened_file(path):
    async with aiofiles.open(path) as f:  # clean
        return await f.read()


async def expected_to_fail(host):
    with pytest.raises(OSError):
        await asyncio.open_connection(host, 1)  # clean


def sync_client(url):
    with httpx.Client() as sync:  # clean
        return sync.get(url)


def never_connects(url):
    client = redis.from_url(url)  # clean
    assert client.connection_pool.connection_kwargs["db"] == 0
    pool = redis.ConnectionPool.from_url(url)  # clean
    return repr(pool)


async def stands_in(AsyncMock):
    client = redis.Redis()  # clean
    client.parse_response = AsyncMock(return_value=None)
    await client.ping()


async def asks_in_place(AsyncMock):
    pipe = redis.Redis().pipeline()  # clean
    pipe.parse_response = AsyncMock()
    return await redis.Redis().get("key")  # expect: resource-unclosed


async def subscribes(port):
    client = redis.Redis(port=port)  # expect: resource-unclosed
    sub = client.pubsub()
    await sub.subscribe("news")
