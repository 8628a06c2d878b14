"""Sessions and pools made for each turn or request; and those that are kept, or have to differ."""
import aiohttp
import asyncpg
import httpx
import redis.asyncio as redis
from fastapi import FastAPI

from elsewhere import log, use

app = FastAPI()


# ---- one for each turn ----

async def session_in_a_loop(urls):
    for url in urls:
        async with aiohttp.ClientSession() as session:  # expect: resource-per-request
            async with session.get(url) as response:
                log(await response.text())


async def client_in_a_loop(urls):
    for url in urls:
        client = httpx.AsyncClient()  # expect: resource-per-request
        try:
            log(await client.get(url))
        finally:
            await client.aclose()


async def pool_in_an_async_loop(dsn, queries):
    async for query in queries:
        async with asyncpg.create_pool(dsn) as pool:  # expect: resource-per-request
            await pool.execute(query)


# ---- one for each request ----

@app.get("/weather")
async def weather(city: str):
    async with httpx.AsyncClient() as client:  # expect: resource-per-request(info)
        return (await client.get("http://example.org/", params={"q": city})).json()


@app.post("/jobs")
async def add_job(job: str):
    async with redis.Redis() as store:  # expect: resource-per-request(info)
        await store.rpush("jobs", job)


# ---- once ----

async def before_the_loop(urls):
    async with aiohttp.ClientSession() as session:  # clean
        for url in urls:
            async with session.get(url) as response:
                log(response.status)
                log(await response.text())


async def one_call(url):
    async with httpx.AsyncClient() as client:  # clean
        return (await client.get(url)).text


# ---- different in each turn ----

async def one_for_each_proxy(proxies):
    for proxy in proxies:
        async with httpx.AsyncClient(proxy=proxy) as client:  # clean
            log(await client.get("http://example.org/"))


async def one_for_each_account(accounts):
    for account in accounts:
        headers = {"Authorization": account.token}
        async with aiohttp.ClientSession(headers=headers) as session:  # clean
            async with session.get("http://example.org/") as response:
                log(await response.text())


async def kept(hosts):
    clients = []
    for _host in hosts:
        client = httpx.AsyncClient()  # clean
        clients.append(client)
    await use(clients)


# ---- a new connection is what is wanted ----

async def retried(url):
    for attempt in range(3):
        async with httpx.AsyncClient() as client:  # clean
            log(await client.get(url))


async def until_it_works(url, pauses):
    for pause in pauses:
        async with httpx.AsyncClient() as client:  # clean
            response = await client.get(url)
            if response.is_success:
                return response.text


async def reconnecting(url):
    while True:
        async with aiohttp.ClientSession() as session:  # clean
            async with session.ws_connect(url) as socket:
                async for message in socket:
                    log(message)


async def many_requests_in_each_turn(batches):
    for batch in batches:
        async with aiohttp.ClientSession() as session:  # clean
            for url in batch:
                async with session.get(url) as response:
                    log(await response.text())


async def shared_connector(urls, connector):
    for url in urls:
        session = aiohttp.ClientSession(connector=connector, connector_owner=False)  # clean
        log(await (await session.get(url)).text())


async def connection_for_each_turn(dsn, queries):
    for query in queries:
        connection = await asyncpg.connect(dsn)  # clean
        try:
            await connection.execute(query)
        finally:
            await connection.close()
