# Attributes of instances and classes of the file.
import threading
import asyncio
import requests
from pathlib import Path
from dataclasses import dataclass


class Base:
    inherited_declared: requests.Session

    def __init__(self):
        self.inherited = requests.Session()
        self.overridden = requests.Session()


class Worker(Base):
    shared = threading.Lock()
    declared: asyncio.Queue
    declared_then_made: asyncio.Queue = None

    def __init__(self, session: requests.Session, other):
        self.session = session
        self.other = other
        self.lock = threading.Lock()
        self.late = None
        self.conflict = threading.Lock()
        self.unsure = threading.Lock()
        self.declared = other
        self.path = Path("a")
        self.left, self.right = threading.Lock(), threading.Event()
        self.typed: threading.Event = other
        self.grown = threading.Lock()
        self.removed = threading.Lock()
        self.overridden = Path("x")

    def start(this, value):
        this.late = asyncio.Event()
        this.conflict = asyncio.Lock()
        this.unsure = value
        this.path = this.path / "b"
        this.grown += 1
        del this.removed

        def nested():
            this.from_nested = threading.Event()

    @property
    def made(self) -> requests.Session:
        return self.session

    @made.setter
    def made(self, value):
        pass

    @classmethod
    def create(cls):
        cls.made_by_class = threading.Lock()
        probe(cls)  #: type -; class Worker
        probe(cls())  #: type Worker (local)

    @staticmethod
    def static(self):
        self.lock = Path("no self here")
        probe(self)  #: type -

    async def run(self):
        probe(self)  #: type Worker (local)
        probe(self.session.get)  #: names requests.Session.get
        probe(self.other)  #: type -
        probe(self.lock)  #: type threading.Lock
        probe(self.late)  #: type asyncio.Event
        probe(self.conflict)  #: type -
        probe(self.unsure)  #: type -
        probe(self.declared.get)  #: names asyncio.Queue.get
        probe(self.declared_then_made)  #: type asyncio.Queue
        probe(self.path)  #: type pathlib.Path
        probe(self.right.wait)  #: names threading.Event.wait
        probe(self.typed)  #: type threading.Event
        probe(self.grown)  #: type -
        probe(self.removed)  #: type threading.Lock
        probe(self.shared)  #: type threading.Lock
        probe(Worker.shared)  #: type threading.Lock
        probe(self.from_nested)  #: type threading.Event
        probe(self.made.get)  #: names requests.Session.get
        probe(self.made_by_class)  #: type threading.Lock
        probe(self.inherited)  #: type requests.Session
        probe(self.inherited_declared)  #: type requests.Session
        probe(self.overridden)  #: type -
        probe(self.nowhere)  #: type -

    def not_self(self):
        self = other()
        probe(self)  #: type -
        return lambda: probe(self.lock)  #: type -

    def closure(self):
        def inner():
            probe(self.lock)  #: type threading.Lock

        return [probe(self.lock) for _ in self.other]  #: type threading.Lock


class Mine(threading.Thread):
    def run(self):
        probe(self.join)  #: names threading.Thread.join; callee -
        probe(self.run)  #: names -


class Mixed(Unknown, threading.Thread):
    def stop(self):
        probe(self.join)  #: names -


class Entered:
    def __enter__(self):
        return self

    async def __aenter__(self) -> requests.Session:
        return make()


class EntersOther:
    def __enter__(self):
        if self:
            return self
        return make()


@dataclass
class Data:
    lock: threading.Lock


class New:
    def __new__(cls):
        return make()


worker = Worker(None, None)
probe(worker)  #: type Worker (local)
probe(worker.lock)  #: type threading.Lock
probe(worker.session.get)  #: names requests.Session.get
probe(Mine().join)  #: names threading.Thread.join
probe(Mine().start)  #: names threading.Thread.start
with Entered() as entered:
    probe(entered)  #: type Entered (local)
with EntersOther() as other:
    probe(other)  #: type -
probe(New())  #: type -


async def with_async(data: Data):
    async with Entered() as session:
        probe(session)  #: type requests.Session
    probe(data.lock)  #: type threading.Lock


# Module globals
_session = None
_other = None


def set_up(value):
    global _session, _other
    _session = requests.Session()
    _other = value


def use():
    probe(_session)  #: type requests.Session
    probe(_other)  #: type -
