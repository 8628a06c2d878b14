# Which def of the file an expression surely stands for.
import abc
import functools
import pytest
from typing import overload, override
from typing_extensions import final
import contextlib


def plain():
    def nested():
        probe(plain)  #: callee plain

    probe(nested)  #: callee plain.nested
    return nested


async def coroutine():
    probe(plain)  #: callee plain


probe(plain)  #: callee plain
probe(coroutine)  #: callee coroutine
probe(nested)  #: callee -
probe(print)  #: callee -
alias = plain
probe(alias)  #: callee plain
probe(functools.partial(plain, 1))  #: callee plain
probe(functools.partial(print, 1))  #: callee -


def parameter(plain):
    probe(plain)  #: callee -


if alias:

    def twice():
        pass
else:

    def twice():
        pass


probe(twice)  #: callee -


def rebound():
    pass


rebound = wrap(rebound)
probe(rebound)  #: callee -


def replaced():
    pass


def replace(f):
    global replaced
    replaced = f


probe(replaced)  #: callee -

if alias:

    def conditional():
        pass


probe(conditional)  #: callee conditional


@overload
def loaded(a: int): ...


@overload
def loaded(a: str): ...


def loaded(a):
    pass


probe(loaded)  #: callee loaded


@unknown
def decorated():
    pass


@functools.lru_cache
def cached():
    pass


@contextlib.contextmanager
def manager():
    yield


@functools.wraps(plain)
def wrapped():
    pass


@pytest.mark.asyncio
async def marked():
    pass


probe(decorated)  #: callee -
probe(cached)  #: callee -
probe(manager)  #: callee -
probe(wrapped)  #: callee wrapped
probe(marked)  #: callee marked


class Base:
    def __init__(self):
        pass

    def inherited(self):
        probe(self.hook)  #: callee -
        probe(self.same)  #: callee Base.same

    def hook(self):
        pass

    def same(self):
        pass

    @abc.abstractmethod
    def abstract(self):
        pass


class Child(Base):
    handler = None

    def __init__(self):
        probe(super().__init__)  #: callee Base.__init__
        self.assigned = plain
        self.callback = plain

    async def hook(self):
        probe(self.inherited)  #: callee Base.inherited
        probe(self.hook)  #: callee Child.hook
        probe(self.abstract)  #: callee Base.abstract
        probe(self.assigned)  #: callee -
        probe(self.callback)  #: callee -
        probe(self.static)  #: callee Child.static
        probe(self.of_class)  #: callee Child.of_class
        probe(self.prop)  #: callee -
        probe(self.missing)  #: callee -
        probe(super().hook)  #: callee Base.hook
        probe(type(self).static)  #: callee Child.static
        probe(self.__class__.static)  #: callee Child.static

    def same(self):
        pass

    def callback(self):
        pass

    @staticmethod
    def static():
        pass

    @classmethod
    def of_class(cls):
        probe(cls.static)  #: callee Child.static
        probe(cls)  #: callee Child.__init__; class Child

    @property
    def prop(self):
        pass

    @final
    @override
    def last(self):
        pass

    def conditional(self):
        pass

    conditional = conditional

    class Inner:
        def method(self):
            pass

    def uses_inner(self):
        probe(self.Inner)  #: class Child.Inner
        probe(self.Inner().method)  #: callee Child.Inner.method


probe(Child)  #: callee Child.__init__; class Child
probe(Child.static)  #: callee Child.static
probe(Child().inherited)  #: callee Base.inherited
probe(Child.Inner)  #: class Child.Inner
probe(Child.last)  #: callee Child.last
probe(Child.conditional)  #: callee -
instance = Child()
probe(instance.static)  #: callee Child.static
Renamed = Child
probe(Renamed.static)  #: callee Child.static
probe(Renamed)  #: class Child
probe(instance)  #: class -; callee -


class FromOutside(Other):
    def own(self):
        probe(self.own)  #: callee FromOutside.own
        probe(self.inherited)  #: callee -


class OutsideFirst(Other, Base):
    def own(self):
        probe(self.inherited)  #: callee -


class OutsideLast(Base, Other):
    def own(self):
        probe(self.inherited)  #: callee Base.inherited


class Harmless(abc.ABC, Base):
    def own(self):
        probe(self.inherited)  #: callee Base.inherited


class Called:
    def __call__(self):
        pass


probe(Called())  #: callee Called.__call__
called = Called()
probe(called)  #: callee Called.__call__


class Loop(Loop):
    def own(self):
        probe(self.own)  #: callee Loop.own


class A1(B1):
    def own(self):
        probe(self.other)  #: callee B1.other


class B1(A1):
    def other(self):
        probe(self.own)  #: callee A1.own


class WithAlias:
    def work(self):
        pass

    run = work

    def go(self):
        probe(self.run)  #: callee -
