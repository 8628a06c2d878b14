# Imports in all their forms.
import time
import os.path
import xml.etree
import xml.dom
import redis.asyncio as redis
import concurrent.futures as cf
from concurrent import futures
from asyncio import Queue as AQueue
from asyncio.locks import Lock
import asyncio.queues as aq
from . import sibling
from .client import get
from ..pkg.mod import thing
import builtins
from builtins import open as builtin_open
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from http import client as http_client

probe(time.sleep)  #: names time.sleep
probe(os.path.exists)  #: names os.path.exists
probe(xml.dom.minidom)  #: names xml.dom.minidom
probe(redis.Redis)  #: names redis.asyncio.Redis
probe(redis.from_url)  #: names redis.asyncio.from_url
probe(cf.ThreadPoolExecutor)  #: names concurrent.futures.ThreadPoolExecutor
probe(futures.wait)  #: names concurrent.futures.wait
probe(AQueue)  #: names asyncio.Queue
probe(Lock)  #: names asyncio.Lock
probe(aq.Queue)  #: names asyncio.Queue
probe(sibling.get)  #: names .sibling.get
probe(get)  #: names .client.get
probe(thing)  #: names ..pkg.mod.thing
probe(builtins.open)  #: names open
probe(builtin_open)  #: names open
probe(http_client.HTTPConnection)  #: names http.client.HTTPConnection
probe(open)  #: names open
probe(input)  #: names input
probe(concurrent.futures)  #: names concurrent.futures
probe(subprocess.run)  #: names subprocess.run
probe(unheard_of.run)  #: names -
probe(Thread)  #: names -
probe(getattr(time, "sleep"))  #: names time.sleep
probe(getattr(time, "sleep", None))  #: names time.sleep
probe(getattr(time, "sleep", print))  #: names -
probe(getattr(time, name))  #: names -

try:
    import simplejson as json
except ImportError:
    import json
probe(json.loads)  #: names simplejson.loads | json.loads

try:
    import ujson
except ImportError:
    ujson = None
probe(ujson.loads)  #: names ujson.loads

optional = None
try:
    from requests import get as optional
except ImportError:
    pass
probe(optional)  #: names requests.get

if time:
    from one import a as many
elif os:
    from two import a as many
else:
    from three import a as many
probe(many)  #: names one.a | two.a | three.a

if time:
    import n1 as five
elif os:
    import n2 as five
elif cf:
    import n3 as five
elif aq:
    import n4 as five
else:
    import n5 as five
probe(five)  #: names -

if time:
    from time import sleep as same
else:
    from time import sleep as same
probe(same)  #: names time.sleep


async def local():
    import time as clock
    from time import sleep

    probe(clock.sleep)  #: names time.sleep
    probe(sleep)  #: names time.sleep


probe(clock.sleep)  #: names -
