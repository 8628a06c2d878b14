"""aiohttp responses that nobody reads or releases; and those that somebody does."""
from unittest import mock

import aiohttp
import httpx
from aiohttp import ClientSession

from elsewhere import log, use


# ---- left open ----

async def only_the_status(session: aiohttp.ClientSession, url):
    response = await session.get(url)  # expect: resource-response
    return response.status == 200


async def dropped(session: ClientSession, url):
    await session.post(url, json={})  # expect: resource-response


async def looked_at_in_place(session: aiohttp.ClientSession, url):
    return (await session.get(url)).status  # expect: resource-response


async def raised_or_nothing(session: aiohttp.ClientSession, url):
    response = await session.delete(url)  # expect: resource-response
    response.raise_for_status()


class Client:
    def __init__(self, session: aiohttp.ClientSession):
        self.session = session

    async def ping(self, url):
        response = await self.session.request("GET", url)  # expect: resource-response
        log(response.headers)


async def session_of_its_own(url):
    async with aiohttp.ClientSession() as session:
        response = await session.get(url)  # expect: resource-response(info)
        return response.status


async def many_with_one_session(urls):
    async with aiohttp.ClientSession() as session:
        for url in urls:
            response = await session.get(url)  # expect: resource-response(warning)
            log(response.status)


# ---- read or released ----

async def in_with(session: aiohttp.ClientSession, url):
    async with session.get(url) as response:  # clean
        return response.status


async def with_later(session: aiohttp.ClientSession, url):
    response = await session.get(url)  # clean
    async with response:
        return response.status


async def read(session: aiohttp.ClientSession, url):
    response = await session.get(url)  # clean
    return await response.json()


async def read_in_place(session: aiohttp.ClientSession, url):
    return await (await session.get(url)).text()  # clean


async def released(session: aiohttp.ClientSession, url):
    response = await session.get(url)  # clean
    response.release()
    return response.status


async def streamed(session: aiohttp.ClientSession, url):
    response = await session.get(url)  # clean
    async for chunk in response.content:
        log(chunk)


async def returned(session: aiohttp.ClientSession, url):
    response = await session.get(url)  # clean
    response.raise_for_status()
    return response


async def passed_on(session: aiohttp.ClientSession, url):
    response = await session.get(url)  # clean
    return await use(response)


# ---- nothing to release ----

async def no_body(session: aiohttp.ClientSession, url):
    response = await session.head(url)  # clean
    return response.status


async def httpx_reads_it(client: httpx.AsyncClient, url):
    response = await client.get(url)  # clean
    return response.status_code


async def another_session(session, url):
    response = await session.get(url)  # clean
    return response.status


async def patched(session: aiohttp.ClientSession, url):
    with mock.patch("aiohttp.ClientSession._request"):
        await session.get(url)  # clean
