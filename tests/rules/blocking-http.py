"""Synchronous HTTP in async code."""
import asyncio
import http.client
import urllib.request
from typing import Optional

import aiohttp
import httpx
import requests
import urllib3
from fastapi.testclient import TestClient
from requests import Session
from requests import get as fetch

try:
    from urllib.request import urlopen
except ImportError:
    from urllib2 import urlopen

shared = requests.Session()


async def verbs(url):
    requests.get(url, timeout=5)  # expect: blocking-http
    fetch(url, timeout=5)  # expect: blocking-http
    return requests.request("GET", url, timeout=5).json()  # expect: blocking-http


async def sessions(url, given: Session, maybe: Optional[requests.Session] = None):
    with requests.Session() as s:
        s.get(url, timeout=5)  # expect: blocking-http
    given.post(url, timeout=5)  # expect: blocking-http
    if maybe:
        maybe.put(url, timeout=5)  # expect: blocking-http
    shared.head(url, timeout=5)  # expect: blocking-http
    return requests.Session().get(url, timeout=5)  # expect: blocking-http


class Client:
    def __init__(self):
        self.session = requests.Session()
        self.http = httpx.AsyncClient()

    async def load(self, url):
        return self.session.get(url, timeout=5)  # expect: blocking-http

    async def close(self):
        await self.http.aclose()

    async def right(self, url):
        return await self.http.get(url)  # clean


async def standard_library(url):
    with urlopen(url, timeout=5) as answer:  # expect: blocking-http
        answer.read()
    data = urllib.request.urlopen(url, timeout=5).read()  # expect: blocking-http
    connection = http.client.HTTPSConnection("example.org")
    connection.request("GET", "/")  # expect: blocking-http
    connection.getresponse()  # expect: blocking-http
    return data


async def others(url):
    pool = urllib3.PoolManager()
    pool.request("GET", url)  # expect: blocking-http
    with httpx.Client() as client:
        client.get(url)  # expect: blocking-http
    return httpx.get(url)  # expect: blocking-http


async def async_clients(url, session: aiohttp.ClientSession):
    async with session.get(url) as answer:  # clean
        await answer.json()  # clean
    async with httpx.AsyncClient() as client:
        await client.get(url)  # clean
        client.build_request("GET", url)  # clean


async def elsewhere(url, loop):
    await asyncio.to_thread(requests.get, url, timeout=5)  # clean
    await loop.run_in_executor(None, lambda: requests.get(url, timeout=5))  # clean
    await loop.run_in_executor(None, requests.get, url)  # clean


async def no_request(answer: requests.Response):
    verb = requests.get  # clean
    answer.json()  # clean
    prepared = requests.Request("GET", "https://example.org").prepare()  # clean
    session = requests.Session()  # clean
    session.headers.update({"a": "b"})  # clean
    urllib.request.Request("https://example.org")  # clean
    return verb, prepared


async def test_client(app):
    client = TestClient(app)
    client.get("/")  # clean


async def not_requests(requests):
    requests.get("key")  # clean
    for request in requests:
        request.get("key")  # clean


async def dictionary(session: dict, key):
    return session.get(key)  # clean


def sync(url):
    return requests.get(url, timeout=5)  # clean


async def parse_data_url(url):
    with urllib.request.urlopen(url, timeout=1) as content:  # clean
        return content.read()  # clean


async def read_metadata_url(metadata_url):
    return urllib.request.urlopen(metadata_url, timeout=1)  # expect: blocking-http
