# Names given to what was imported.
import time
import asyncio
import requests

nap = time.sleep
rest = nap
probe(rest)  #: names time.sleep
get, post = requests.get, requests.post
probe(post)  #: names requests.post
probe(get)  #: names requests.get
http = requests
probe(http.get)  #: names requests.get

# Several assignments must agree.
if nap:
    same = time.sleep
else:
    same = time.sleep
probe(same)  #: names time.sleep
if nap:
    either = time.sleep
else:
    either = asyncio.sleep
probe(either)  #: names -
mixed = time.sleep
mixed += 1
probe(mixed)  #: names -

# Round and round.
a = b
b = a
probe(a)  #: names -
c = c
probe(c)  #: names -
c2 = d2
d2 = c2
d2 = time.sleep
probe(c2)  #: names -
first = second = time.sleep
probe(second)  #: names time.sleep


async def local():
    sleep = time.sleep
    probe(sleep)  #: names time.sleep

    def nested():
        probe(sleep)  #: names time.sleep


def argument(sleep=time.sleep):
    probe(sleep)  #: names -


class Clock:
    nap = time.sleep
    wrapped = staticmethod(time.sleep)
    other = time.sleep

    def __init__(self):
        self.pause = time.sleep
        self.unsure = time.sleep
        self.other = asyncio.sleep

    def change(self, f):
        self.unsure = f

    def run(self):
        probe(self.pause)  #: names time.sleep
        probe(self.nap)  #: names time.sleep
        probe(self.wrapped)  #: names time.sleep
        probe(self.unsure)  #: names -
        probe(self.other)  #: names -
        probe(self.missing)  #: names -
        probe(Clock.nap)  #: names time.sleep


class Sub(Clock):
    def run(self):
        probe(self.pause)  #: names time.sleep


called = time.sleep(1)
probe(called)  #: names -
choice = time.sleep if nap else asyncio.sleep
probe(choice)  #: names -
