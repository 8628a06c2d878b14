# Types from annotations, as expressions and as text.
from __future__ import annotations
import asyncio
import queue
import socket
import typing as t
from typing import Any, Annotated, Final, List, Optional, Union
import requests
from requests.sessions import Session
from pathlib import Path


class Local:
    pass


def expressions(
    plain: requests.Session,
    alias: Session,
    optional: Optional[Session],
    either: Session | None,
    union: Union[Session, None],
    reverse: None | Session,
    qualified: t.Optional[Session],
    annotated: Annotated[Session, "note", 3],
    nested: Optional[Annotated[Union[Session, None], 1]],
    generic: queue.Queue[int],
    lower: socket.socket,
    local: Local,
    default: Session = None,
    *args: Session,
    **kw: Session,
):
    probe(plain)  #: type requests.Session
    probe(alias.get)  #: names requests.Session.get
    probe(optional)  #: type requests.Session
    probe(either)  #: type requests.Session
    probe(union)  #: type requests.Session
    probe(reverse)  #: type requests.Session
    probe(qualified)  #: type requests.Session
    probe(annotated)  #: type requests.Session
    probe(nested)  #: type requests.Session
    probe(generic)  #: type queue.Queue
    probe(lower.recv)  #: names socket.socket.recv
    probe(local)  #: type Local (local)
    probe(default)  #: type requests.Session
    probe(args)  #: type -
    probe(kw)  #: type -


def not_that_type(
    many: List[Session],
    builtin_list: list[Session],
    two: Union[Session, Path],
    two_bar: Session | Path,
    any_thing: Any,
    thing: object,
    kind: t.Type[Session],
    call: t.Callable[[], Session],
    later: t.Awaitable[Session],
    unknown: Unheard,
    or_unknown: Union[Session, Unheard],
    wrong: make(Session),
):
    probe(many)  #: type -
    probe(builtin_list)  #: type -
    probe(two)  #: type -
    probe(two_bar)  #: type -
    probe(any_thing)  #: type -
    probe(thing)  #: type -
    probe(kind)  #: type -
    probe(call)  #: type -
    probe(later)  #: type -
    probe(unknown)  #: type -
    probe(or_unknown)  #: type -
    probe(wrong)  #: type -


def texts(
    plain: "requests.Session",
    optional: "Optional[requests.Session]",
    inside: Optional["Session"],
    bar: "Session | None",
    bars: " None|Session ",
    union: "t.Union[Session, None]",
    annotated: "Annotated[Session, 'x', [1, 2]]",
    local: "Local",
    generic: "queue.Queue[t.Optional[int]]",
    many: "List[Session]",
    two: "Session | Path",
    broken: "Session[",
    nonsense: "a + b",
    empty: "",
):
    probe(plain)  #: type requests.Session
    probe(optional)  #: type requests.Session
    probe(inside)  #: type requests.Session
    probe(bar)  #: type requests.Session
    probe(bars)  #: type requests.Session
    probe(union)  #: type requests.Session
    probe(annotated)  #: type requests.Session
    probe(local)  #: type Local (local)
    probe(generic)  #: type queue.Queue
    probe(many)  #: type -
    probe(two)  #: type -
    probe(broken)  #: type -
    probe(nonsense)  #: type -
    probe(empty)  #: type -


def variables(make):
    declared: Session = make()
    probe(declared)  #: type requests.Session
    later: Session
    later = make()
    probe(later)  #: type requests.Session
    final: Final[Session] = make()
    probe(final)  #: type requests.Session
    vague: Any = Session()
    probe(vague)  #: type requests.Session
    against: Session = make()
    against = Path()
    probe(against)  #: type -


def reassigned(session: Session, path: str, same: Optional[Session] = None, taken: Session = None):
    session = make()
    probe(session)  #: type -
    path = Path(path)
    probe(path)  #: type -
    same = same or Session()
    probe(same)  #: type requests.Session
    taken = taken.get("u")
    probe(taken)  #: type -


def results() -> Session:
    return make()


async def awaited_results() -> "Session":
    return make()


def generator() -> Session:
    yield make()


@unknown
def decorated() -> Session:
    return make()


async def use():
    probe(results())  #: type requests.Session
    probe(awaited_results())  #: type -
    probe(await awaited_results())  #: type requests.Session
    probe(await results())  #: type -
    probe(generator())  #: type -
    probe(decorated())  #: type -
