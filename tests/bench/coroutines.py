"""Writes scan/rules/data/coroutines.tsv: the coroutine functions of the libraries named below.

Developer-only: run it where those libraries are installed, and read the difference before
committing it. Names are those that users write, so classes are listed under every module that
exports them.
"""
import importlib
import inspect
import re

MODULES = """
asyncio asyncio.subprocess trio trio.abc trio.lowlevel trio.socket trio.to_thread trio.from_thread
anyio anyio.abc anyio.to_thread anyio.to_process anyio.from_thread anyio.lowlevel
anyio.streams.buffered anyio.streams.memory anyio.streams.stapled anyio.streams.text
anyio.streams.tls aiohttp aiohttp.web httpx asyncpg asyncpg.pool asyncpg.connection
asyncpg.prepared_stmt asyncpg.cursor asyncpg.transaction
""".split()

# No coroutine function, but calling it without awaiting is the same mistake.
EXTRA = ["asyncio.gather"]

# Plain functions in aiohttp before 3.0, where calling them without await was right; and classes
# that users do not call.
LEFT_OUT = re.compile(
    r"aiohttp\.(web\.)?((Client)?WebSocketResponse\.(send_|ping|pong)"
    r"|\w*Response\.write$|\w*Connector\.close|ClientSession\.close|\w*Payload\.|ClientRequest\."
    r"|HTTP|FlowControl|DataQueue|MultipartWriter|RequestHandler|Server\.)"
)


def members(owner):
    for name in dir(owner):
        if not name.startswith("_"):
            try:
                yield name, inspect.unwrap(getattr(owner, name))
            except (AttributeError, ValueError):
                continue


def coroutines(module):
    root = module.__name__.split(".")[0]
    for name, value in members(module):
        home = (getattr(value, "__module__", None) or "").split(".")[0]
        if home.lstrip("_") != root:
            continue
        if inspect.iscoroutinefunction(value):
            yield f"{module.__name__}.{name}"
        elif inspect.isclass(value):
            for method, function in members(value):
                if inspect.iscoroutinefunction(function):
                    yield f"{module.__name__}.{name}.{method}"


names = set(EXTRA)
for module in MODULES:
    names.update(coroutines(importlib.import_module(module)))
print("coroutine")
print("\n".join(sorted(n for n in names if not LEFT_OUT.match(n))))
