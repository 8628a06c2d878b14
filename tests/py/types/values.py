# Types of values: constructors, factories, operators, with, await.
import asyncio, contextlib, copy, io, multiprocessing, queue, socket, sqlite3, subprocess, threading
import aiohttp, asyncpg, httpx, openai, psycopg2, requests, sqlalchemy
import redis.asyncio as aredis
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePath
from sqlalchemy.orm import sessionmaker
from .own import Client
from typing import cast

probe(threading.Lock())  #: type threading.Lock
probe(threading.Lock)  #: type -
probe(Client())  #: type .own.Client
probe(Client().get)  #: names .own.Client.get
probe(requests.session())  #: type requests.Session
probe(requests.session().get)  #: names requests.Session.get
probe(psycopg2.connect().cursor())  #: type psycopg2.extensions.cursor
probe(sqlite3.connect("f").execute("q").fetchall)  #: names sqlite3.Cursor.fetchall
probe(aredis.Redis())  #: type redis.asyncio.Redis
probe(openai.OpenAI().chat.completions.create)  #: names openai.resources.chat.completions.Completions.create
probe(subprocess.Popen([]).stdout.read)  #: names io.BufferedReader.read
probe(len([]))  #: type -
probe(make())  #: type -
probe([threading.Lock()])  #: type -
probe(open("f"))  #: type io.TextIOWrapper

# pathlib
p = Path("a")
probe(p / "b")  #: type pathlib.Path
probe("b" / p)  #: type pathlib.Path
probe((p / "b").parent.joinpath("c"))  #: type pathlib.Path
probe((p / "b" / "c").read_text)  #: names pathlib.Path.read_text
probe(p.name)  #: type -
probe(p + "b")  #: type -
probe(PurePath("a") / "b")  #: type pathlib.PurePath
q = Path("x")
q = q.parent
q = q / "y"
probe(q)  #: type pathlib.Path
r = Path("x")
r = r.name
probe(r)  #: type -
connection = sqlite3.connect("f")
connection = connection.cursor()
probe(connection)  #: type -

# Choices
maybe = None
maybe = requests.Session()
probe(maybe)  #: type requests.Session
given = p or Path("d")
probe(given)  #: type pathlib.Path
other = p if q else None
probe(other)  #: type pathlib.Path
unsure = p if q else make()
probe(unsure)  #: type -
differs = p or "text"
probe(differs)  #: type -
probe(copy.copy(p))  #: type pathlib.Path
probe(cast(requests.Session, make()))  #: type requests.Session
probe(cast("requests.Session", make()))  #: type requests.Session

# Conflicts
conflict = threading.Lock()
conflict = asyncio.Lock()
probe(conflict)  #: type -
probe(conflict.acquire)  #: names -
replaced = threading.Lock()
replaced = make()
probe(replaced)  #: type -
looped = threading.Lock()
for looped in ():
    pass
probe(looped)  #: type -
grown = queue.Queue()
grown += 1
probe(grown)  #: type -
dropped = threading.Lock()
del dropped
probe(dropped)  #: type -
one, two = threading.Lock(), queue.Queue()
probe(two)  #: type queue.Queue
ours, theirs = socket.socketpair()
probe(theirs)  #: type socket.socket
conn, address = ours.accept()
probe(conn)  #: type socket.socket
probe(address)  #: type -
probe(socket.socketpair())  #: type -
alias = two
probe(alias.get)  #: names queue.Queue.get

# with
with open("f") as f:
    probe(f.read)  #: names io.TextIOWrapper.read
with ThreadPoolExecutor() as pool, requests.Session() as s:
    probe(pool.submit(f))  #: type concurrent.futures.Future
    probe(s)  #: type requests.Session
with threading.Lock() as held:
    probe(held)  #: type -
with contextlib.closing(sqlite3.connect("f")) as closing:
    probe(closing)  #: type sqlite3.Connection
with sqlalchemy.create_engine("u").begin() as begun:
    probe(begun)  #: type sqlalchemy.engine.Connection
with contextlib.ExitStack() as stack:
    probe(stack.enter_context(open("f")))  #: type io.TextIOWrapper
with make() as made:
    probe(made)  #: type -
with s as same:
    probe(same)  #: type requests.Session
Session = sessionmaker()
with Session() as db:
    probe(db.execute)  #: names sqlalchemy.orm.Session.execute
context = multiprocessing.get_context("spawn")
probe(context.Process(target=make))  #: type multiprocessing.Process


async def awaits():
    probe(asyncpg.connect())  #: type -
    probe(await asyncpg.connect())  #: type asyncpg.Connection
    probe(asyncpg.create_pool())  #: type asyncpg.Pool
    probe(await asyncpg.create_pool())  #: type asyncpg.Pool
    probe(await asyncio.wait_for(asyncpg.connect(), 1))  #: type asyncpg.Connection
    probe(await requests.Session())  #: type -
    reader, writer = await asyncio.open_connection("h", 1)
    probe(reader)  #: type asyncio.StreamReader
    probe(writer)  #: type asyncio.StreamWriter
    async with aiohttp.ClientSession() as session:
        probe(session)  #: type aiohttp.ClientSession
        async with session.get("u") as response:
            probe(response)  #: type aiohttp.ClientResponse
        probe(session.get("u"))  #: type -
        answer = await session.get("u")
        probe(answer.json)  #: names aiohttp.ClientResponse.json
    async with asyncpg.create_pool() as pool:
        async with pool.acquire() as connection:
            probe(connection.fetch)  #: names asyncpg.Connection.fetch
    async with asyncio.Lock() as nothing:
        probe(nothing)  #: type -
    async with contextlib.AsyncExitStack() as stack:
        entered = await stack.enter_async_context(httpx.AsyncClient())
        probe(entered)  #: type httpx.AsyncClient
    if (task := asyncio.create_task(make())) is not None:
        probe(task.cancel)  #: names asyncio.Task.cancel
    loop = asyncio.get_running_loop()
    probe(loop.run_in_executor)  #: names asyncio.AbstractEventLoop.run_in_executor


# Mutual definitions end.
ping = pong.parent
pong = ping.parent
probe(ping)  #: type -
start = Path("a")
start = link.parent
link = start.parent
probe(start)  #: type pathlib.Path
probe(link)  #: type pathlib.Path
begin = Path("a")
begin = chain.name
chain = begin.parent
probe(begin)  #: type -
probe(chain)  #: type -
