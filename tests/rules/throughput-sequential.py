"""Loops that could run their awaits together; and loops whose turns depend on each other."""
import asyncio

import aiohttp
import asyncpg
import httpx

from elsewhere import client, get_user, limiter, names, parse


async def appended(ids):
    users = []
    for i in ids:  # expect: throughput-sequential(info)
        users.append(await get_user(i))
    return users


async def through_a_local(ids):
    users = []
    for i in ids:  # expect: throughput-sequential(info)
        user = await client.get_user(i)
        users.append(parse(user))
    return users


async def stored_by_key(ids):
    users = {}
    for i in ids:  # expect: throughput-sequential(info)
        users[i] = await get_user(i)
    return users


async def when_there(ids):
    users = []
    for i in ids:  # expect: throughput-sequential(info)
        user = await get_user(i)
        if user:
            users.append(user)
    return users


async def comprehensions(ids):
    users = [await get_user(i) for i in ids]  # expect: throughput-sequential(info)
    more = {i: await get_user(i) for i in ids}  # expect: throughput-sequential(info)
    return users, more


async def http_reads(urls):
    pages = []
    async with httpx.AsyncClient() as http:
        for url in urls:  # expect: throughput-sequential(warning)
            pages.append(await http.get(url))
    return pages


async def pool_reads(pool: asyncpg.Pool, ids):
    return [await pool.fetchrow("SELECT $1", i) for i in ids]  # expect: throughput-sequential(warning)


async def fetch(session, url):
    async with session.get(url) as response:
        return await response.text()


async def helper_reads(urls):
    pages = []
    async with aiohttp.ClientSession() as session:
        for url in urls:  # expect: throughput-sequential(warning)
            pages.append(await fetch(session, url))
    return pages


# ---- order or exclusiveness matters, or nothing is collected ----


async def writes(ids):
    done = []
    for i in ids:  # clean
        done.append(await client.save(i))
    for i in ids:  # clean
        done.append(await client.send_message(i))
    return done


async def one_connection(conn, pool, ids):
    rows = []
    for i in ids:  # clean
        rows.append(await conn.fetchrow("SELECT $1", i))
    for i in ids:  # clean
        rows.append(await get_user(conn, i))
    return rows


async def stops_early(ids):
    users = []
    for i in ids:  # clean
        user = await get_user(i)
        if user is None:
            break
        users.append(user)
    return users


async def pages(first):
    found = []
    cursor = None
    for number in first:  # clean
        cursor = await client.list_pages(number, cursor)
        found.append(cursor)
    return found


async def grows(ids):
    users = []
    for i in ids:  # clean
        users.append(await get_user(i, users))
    return users


async def sums(ids):
    total = 0
    for i in ids:  # clean
        total += await get_user(i)
    return total


async def other_argument(ids):
    users = []
    for _ in ids:  # clean
        users.append(await get_user("one"))
    return users


async def streams(source):
    users = []
    async for i in source:  # clean
        users.append(await get_user(i))
    return users


async def limited(ids):
    users = []
    async with limiter:
        for i in ids:  # clean
            users.append(await get_user(i))
    return users


async def two_awaits(ids):
    users = []
    for i in ids:  # clean
        user = await get_user(i)
        users.append(await client.get_details(user))
    return users


async def filters(ids):
    users = []
    for i in ids:  # clean
        if await client.is_known(i):
            users.append(i)
    for i in ids:  # clean
        if i in users:
            continue
        users.append(await get_user(i))
    return users


async def few(a, b):
    return [await get_user(i) for i in (a, b)]  # clean


async def together(ids):
    limit = asyncio.Semaphore(5)

    async def one(i):
        async with limit:
            return await get_user(i)

    return await asyncio.gather(*[one(i) for i in ids])  # clean


async def queue(q: asyncio.Queue):
    return [await q.get() for name in names]  # clean
