"""Resources closed on the straight path only; and those that are closed whatever happens."""
import asyncio
import contextlib

import aiohttp
import aiosqlite
import asyncpg
import httpx

from elsewhere import log, use


# ---- left open by an exception ----

async def connection(dsn):
    connection = await asyncpg.connect(dsn)  # expect: resource-unprotected-close
    n = await connection.fetchval("SELECT count(*) FROM users")
    await connection.close()
    return n


async def session(url):
    session = aiohttp.ClientSession()  # expect: resource-unprotected-close
    async with session.get(url) as response:
        text = await response.text()
    await session.close()
    return text


async def writer(host):
    reader, writer = await asyncio.open_connection(host, 80)  # expect: resource-unprotected-close
    data = await reader.read()
    writer.close()
    await writer.wait_closed()
    return data


async def two_ways_out(url):
    client = httpx.AsyncClient()  # expect: resource-unprotected-close
    response = await client.get(url)
    if response.is_error:
        await client.aclose()
        return None
    await client.aclose()
    return response.text


async def narrow_handler(path):
    db = await aiosqlite.connect(path)  # expect: resource-unprotected-close
    try:
        await db.execute("DELETE FROM jobs")
    except ValueError:
        log("odd")
    await db.close()


async def main():
    client = httpx.AsyncClient()  # expect: resource-unprotected-close(info)
    await client.get("http://example.org/")
    await client.aclose()


# ---- closed whatever happens ----

async def in_finally(dsn):
    connection = await asyncpg.connect(dsn)  # clean
    try:
        return await connection.fetchval("SELECT 1")
    finally:
        await connection.close()


async def in_with(url):
    async with aiohttp.ClientSession() as session:  # clean
        async with session.get(url) as response:
            return await response.text()


async def in_handler(dsn):
    connection = await asyncpg.connect(dsn)  # clean
    try:
        n = await connection.fetchval("SELECT 1")
    except Exception:
        await connection.close()
        raise
    await connection.close()
    return n


async def all_caught(url):
    client = httpx.AsyncClient()  # clean
    try:
        await client.get(url)
    except Exception as e:
        log(e)
    await client.aclose()


async def on_a_stack(url):
    async with contextlib.AsyncExitStack() as stack:
        client = httpx.AsyncClient()  # clean
        stack.push_async_callback(client.aclose)
        return await client.get(url)


async def closing(url):
    client = httpx.AsyncClient()  # clean
    async with contextlib.aclosing(client):
        return await client.get(url)


# ---- nothing in between, or in other hands ----

async def at_once(host):
    reader, writer = await asyncio.open_connection(host, 80)  # clean
    writer.close()
    await writer.wait_closed()


async def probe(dsn):
    connection = await asyncpg.connect(dsn)  # clean
    log("it answers")
    await connection.close()


async def passed_on(url):
    client = httpx.AsyncClient()  # clean
    await use(client)
    await client.aclose()


async def stored(self, url):
    client = httpx.AsyncClient()  # clean
    self.client = client
    await client.get(url)
    await client.aclose()


async def closed_by_nested(app, dsn):
    connection = await asyncpg.connect(dsn)  # clean

    async def on_cleanup(_):
        await connection.close()

    app.on_cleanup.append(on_cleanup)
    await connection.fetchval("SELECT 1")
