import asyncio
import functools
import socketserver
import urllib.request
from urllib.request import urlopen

import eventlet
import pytest
import requests
from aiohttp import web
from requests import get as fetch
from requests.adapters import HTTPAdapter


# No timeout: for ever.
def module_function(url):
    return requests.get(url)  # expect: timeout-missing


def imported_name(url):
    return fetch(url, headers={"a": "b"})  # expect: timeout-missing


def posted(url, data):
    return requests.post(url, data).json()  # expect: timeout-missing


def any_verb(url):
    return requests.request("GET", url, stream=True)  # expect: timeout-missing


def with_session(url):
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=3))
        return session.get(url)  # expect: timeout-missing


class Client:
    def __init__(self):
        self.session = requests.Session()

    def get(self, url):
        return self.session.get(url)  # expect: timeout-missing


def opened(url):
    with urllib.request.urlopen(url) as answer:  # expect: timeout-missing
        return answer.read()


def opened_by_name(url, data):
    return urlopen(url, data).read()  # expect: timeout-missing


def given_session(session: requests.Session, url):
    return session.get(url)  # expect: timeout-missing(info)


# Limited.
def limited(url):
    return requests.get(url, timeout=10)  # clean


def as_parameter(url, timeout=None):
    return requests.get(url, timeout=timeout)  # clean


def passed_on(url, **kwargs):
    return requests.get(url, **kwargs)  # clean


def starred(*args):
    return requests.request(*args)  # clean


def by_position(url):
    return urlopen(url, None, 10).read()  # clean


def opened_limited(url):
    return urlopen(url, timeout=10).read()  # clean


def local_file():
    return urlopen("file:///etc/hostname").read()  # clean


def partial():
    return functools.partial(requests.get, timeout=3)  # clean


class LimitedSession(requests.Session):
    def request(self, *args, **kwargs):
        kwargs.setdefault("timeout", 10)
        return super().request(*args, **kwargs)


def own_session(url):
    session = LimitedSession()
    return session.get(url)  # clean


class LimitedAdapter(HTTPAdapter):
    def send(self, *args, **kwargs):
        return super().send(*args, **{**kwargs, "timeout": 10})


def own_adapter(url):
    session = requests.Session()
    session.mount("https://", LimitedAdapter())
    return session.get(url)  # clean


def limited_from_outside(url):
    with eventlet.Timeout(5):
        return requests.get(url)  # clean


def fails(url):
    with pytest.raises(OSError):
        requests.get(url)  # clean
    with pytest.raises(OSError):
        urlopen(url)  # clean


# Something else of the same name.
def of_a_dict(requests_by_id):
    return requests_by_id.get("x")  # clean


def parameter(requests):
    return requests.get("x")  # clean


def session_state():
    session = requests.Session()
    session.headers.get("x")  # clean
    return session.cookies


# Waits of request handlers are worth knowing.
queue = asyncio.Queue()
routes = web.RouteTableDef()


@routes.get("/next")
async def next_item(request):
    return await queue.get()  # expect: timeout-missing(info)


async def typed_handler(request: web.Request):
    reader, writer = await asyncio.open_connection("example.org", 80)  # expect: timeout-missing(info)
    try:
        return await reader.read()
    finally:
        writer.close()  # expect: resource-writer(info)


@routes.get("/next/limited")
async def next_item_limited(request):
    async with asyncio.timeout(5):
        return await queue.get()  # clean


@routes.get("/next/waited")
async def next_item_waited(request):
    return await asyncio.wait_for(queue.get(), 5)  # clean


async def worker():
    while True:
        print(await queue.get())  # clean


class Handler(socketserver.BaseRequestHandler):
    def get(self, name):
        return self.server.get(name)  # clean


def silenced(url):
    return requests.get(url)  # noqa: S113  # suppressed: timeout-missing


def from_data_uri(data_uri):
    return urlopen(data_uri)  # clean


def from_metadata_url(metadata_url):
    return urlopen(metadata_url)  # expect: timeout-missing
