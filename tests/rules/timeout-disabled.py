import urllib.request

import aiohttp
import httpx
import pytest
import requests
from aiohttp import ClientTimeout


# Switched off.
def with_requests(url):
    return requests.get(url, timeout=None)  # expect: timeout-disabled


def read_without_limit(url):
    return requests.get(url, timeout=(3, None))  # expect: timeout-disabled


def with_urllib(url):
    return urllib.request.urlopen(url, timeout=None).read()  # expect: timeout-disabled


def with_httpx(url):
    return httpx.get(url, timeout=None)  # expect: timeout-disabled


class Client:
    def __init__(self):
        self.client = httpx.AsyncClient(timeout=None)  # expect: timeout-disabled

    async def get(self, url):
        return await self.client.get(url)

    async def close(self):
        await self.client.aclose()


async def all_of_httpx(client: httpx.AsyncClient, url):
    limit = httpx.Timeout(None, connect=5)  # expect: timeout-disabled
    return await client.get(url, timeout=limit)


async def one_call(session: aiohttp.ClientSession, url):
    async with session.get(url, timeout=None) as answer:  # expect: timeout-disabled
        return await answer.json()


async def whole_session(url):
    limit = aiohttp.ClientTimeout(total=None)  # expect: timeout-disabled
    async with aiohttp.ClientSession(timeout=limit) as session:
        async with session.get(url) as answer:
            return await answer.json()


def replaces_the_default():
    return ClientTimeout(sock_connect=5)  # expect: timeout-disabled


async def nothing_given(url):
    async with aiohttp.ClientSession(timeout=ClientTimeout()) as session:  # expect: timeout-disabled
        async with session.get(url) as answer:
            return await answer.json()


# Streams: worth knowing.
def downloads(url, out):
    with requests.get(url, stream=True, timeout=None) as answer:  # expect: timeout-disabled(info)
        for chunk in answer.iter_content(65536):
            out.append(chunk)


async def listens(client: httpx.AsyncClient, url):
    async with client.stream("GET", url, timeout=None) as answer:  # expect: timeout-disabled(info)
        async for line in answer.aiter_lines():
            print(line)


def without_read():
    return httpx.Timeout(10, read=None)  # expect: timeout-disabled(info)


# Limited.
def limited(url):
    return requests.get(url, timeout=10)  # clean


def as_parameter(url, timeout=None):
    return httpx.get(url, timeout=timeout)  # clean


def has_a_default(url):
    return httpx.get(url)  # clean


def between_reads():
    return ClientTimeout(total=None, sock_read=60)  # clean


def by_position():
    return ClientTimeout(30)  # clean


def of_a_pool():
    return httpx.Timeout(10, pool=None)  # clean


def read_has_its_own():
    return httpx.Timeout(None, read=60)  # clean


def from_configuration(options):
    return ClientTimeout(**options)  # clean


def placeholder(connector, request):
    connector.resolve(request, [], ClientTimeout(0))  # clean
    return connector.connect(request, [], ClientTimeout())  # clean


def refused():
    with pytest.raises(ValueError):
        ClientTimeout(total=0)  # clean


# None as a value of something else.
def other_library(job):
    return job.get("x", timeout=None)  # clean


async def default_of_a_session():
    async with aiohttp.ClientSession() as session:  # clean
        return await session.get("https://example.org", allow_redirects=False)


def silenced(url):
    return httpx.get(url, timeout=None)  # lapse: ignore[timeout-disabled]  # suppressed: timeout-disabled
