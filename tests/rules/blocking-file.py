"""Files in async code; and what only names files, or is no file."""
import asyncio
import glob
import gzip
import io
import json
import os
import os.path
import shutil
import ssl
import tempfile
from contextlib import asynccontextmanager
from io import BytesIO, StringIO
from pathlib import Path, PurePath

import aiofiles
import anyio
import trio

CONFIG = Path(__file__).parent / "config.toml"
app = object()


async def opened(path):
    with open(path) as f:  # expect: blocking-file
        first = f.readline()  # clean
        rest = f.read()  # clean
    return first, rest


async def opened_twice(path, other):
    with open(path) as f:  # expect: blocking-file
        f.read()  # clean
    with gzip.open(other) as f:  # expect: blocking-file
        return f.read()  # clean


async def in_place(path):
    return json.loads(open(path).read())  # expect: blocking-file


async def trees(path):
    shutil.rmtree(path)  # expect: blocking-file
    os.makedirs(path)  # expect: blocking-file
    os.replace(path, path + ".old")  # expect: blocking-file
    if os.path.exists(path):  # expect: blocking-file
        os.remove(path)  # expect: blocking-file
    return tempfile.mkdtemp()  # expect: blocking-file


async def paths(name):
    path = Path("/srv") / name
    path.parent.mkdir(parents=True)  # expect: blocking-file
    path.write_text("x")  # expect: blocking-file
    path.with_suffix(".bak").unlink()  # expect: blocking-file
    text = Path(name).resolve().read_text()  # expect: blocking-file
    return text, path.resolve()  # expect: blocking-file(info)


async def gone_through(path: Path):
    for child in path.iterdir():  # expect: blocking-file
        print(child)
    names = [p.name for p in path.rglob("*.py")]  # expect: blocking-file
    newest = sorted(path.glob("*.log"))  # expect: blocking-file
    for where, _, files in os.walk(path):  # expect: blocking-file
        print(where, files)
    entries = os.scandir(path)  # expect: blocking-file
    for i, entry in enumerate(entries):
        print(i, entry)
    for i, match in enumerate(glob.iglob("*.py")):  # expect: blocking-file
        print(i, match)
    return names, newest, glob.glob("*.py")  # expect: blocking-file


async def only_named(path: Path, pure: PurePath, job):
    files = path.glob("*.py")  # clean
    walk = os.walk(path)  # clean
    job(path.iterdir())  # clean
    await asyncio.to_thread(list, files)
    await asyncio.to_thread(list, walk)
    return path.with_suffix(".txt"), path / "a", path.name, path.parent  # clean


async def pure_paths(pure: PurePath):
    other = PurePath("a") / "b"  # clean
    return pure.match("*.py"), other.joinpath("c"), os.path.join("a", "b")  # clean


class Log:
    def __init__(self, path):
        self.file = open(path, "a")

    async def add(self, line):
        self.file.write(line)  # expect: blocking-file
        self.file.write("\n")  # clean
        self.file.flush()  # clean

    async def close(self):
        self.file.close()  # expect: blocking-file(info)


async def given(handle: io.BufferedReader):
    return handle.read()  # expect: blocking-file(info)


async def memory(data):
    buffer = BytesIO(data)
    text = StringIO()
    text.write("x")  # clean
    with tempfile.SpooledTemporaryFile() as spool:
        spool.write(data)  # clean
    with open("/proc/self/status") as f:  # clean
        status = f.read()
    with open(os.devnull, "w") as sink:  # clean
        sink.write(status)
    return buffer.read()  # clean


async def async_twins(path):
    async with aiofiles.open(path) as f:  # clean
        await f.read()  # clean
    async with await anyio.open_file(path) as f:  # clean
        await f.read()  # clean
    await trio.Path(path).read_text()  # clean
    async for child in anyio.Path(path).iterdir():  # clean
        print(child)


async def elsewhere(path: Path, loop):
    await asyncio.to_thread(path.read_text)  # clean
    await asyncio.to_thread(shutil.rmtree, path)  # clean
    await loop.run_in_executor(None, lambda: open(path).read())  # clean


async def descriptors(fd):
    os.write(fd, b"x")  # clean
    return os.read(fd, 1)  # clean


async def main(path):
    with open("settings.json") as f:  # expect: blocking-file(info)
        settings = json.load(f)
    text = CONFIG.read_text()  # expect: blocking-file(info)
    with open(path) as f:  # expect: blocking-file
        return settings, text, f.read()


@asynccontextmanager
async def lifespan(app):
    Path("cache").mkdir(exist_ok=True)  # expect: blocking-file(info)
    yield


@app.on_event("startup")
async def load():
    with open("model.bin", "rb") as f:  # expect: blocking-file(info)
        app.model = f.read()


async def own_function(open, path):
    return open(path)  # clean


def sync(path):
    with open(path) as f:  # clean
        return f.read()


async def contexts(cert):
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)  # clean
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=cert)  # expect: blocking-file
    ssl.create_default_context()  # expect: blocking-file


async def devices():
    return [d.name for d in os.scandir("/dev")], list(Path("/proc/self/fd").iterdir())  # clean


async def at_an_offset(fd):
    return os.pread(fd, 10, 0)  # expect: blocking-file


async def tree(top: Path):
    for child in top.iterdir():  # expect: blocking-file
        child.unlink()  # expect: blocking-file
