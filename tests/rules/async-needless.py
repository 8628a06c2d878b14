import abc
import asyncio

from base import Handler


async def area(width, height):  # expect: async-needless(info)
    return width * height


async def log(text):  # expect: async-needless(info)
    print(text)


async def caller(shape):
    log("area")  # expect: task-unawaited
    await shape.send(await area(2, 3))
    await log("sent")


class Store:
    def __init__(self):
        self.rows = {}

    async def _find(self, key):  # expect: async-needless(info)
        return self.rows.get(key)

    @staticmethod
    async def _key(row):  # expect: async-needless(info)
        return row["key"]

    async def put(self, row):  # clean
        self.rows[await self._key(row)] = await self.write(row)
        return await self._find(row)

    async def start(self):  # clean
        self.task = asyncio.create_task(self.run())

    async def run(self):  # clean
        self.running = True

    async def callback(self):  # clean
        self.rows.clear()

    def register(self, app):
        app.on_close(self.callback)

    async def write(self, row):
        return await row.save()


class Plain:
    async def _nested(self):  # expect: async-needless(info)
        async def inner():
            await asyncio.sleep(1)

        self.inner = inner

    async def run(self):
        await self._nested()


async def never_called(a, b):  # clean
    return a + b


async def called_from_elsewhere(app):  # clean
    app.state.load()


class Dispatcher:
    async def _save(self, x):  # clean
        self.saved = x

    async def dispatch(self, name):
        await self._save(name)
        await getattr(self, name)()


# Somebody else wants it async.
class Child(Handler):
    async def compute(self, request):  # clean
        return request.name


class Parent:
    async def compute(self, request):  # clean
        return request.name


class Heir(Parent):
    async def compute(self, request):  # clean
        return await request.read()


class Writer(abc.ABC):
    async def write_all(self, data):  # clean
        self.data = data


class FakeClient:
    async def get(self, url):  # clean
        return {"url": url}


class Context:
    async def __aenter__(self):  # clean
        return self

    async def __aexit__(self, *args):  # clean
        self.closed = True


class Memory:
    async def _load(self, key):  # clean
        return self.data[key]

    async def get(self, key):
        return await self._load(key)


class Disk:
    async def _load(self, key):  # clean
        return await self.file.read(key)


class View:
    async def may_be_overridden(self):  # clean
        return self.user.name

    async def show(self):
        return await self.may_be_overridden()


async def stub():  # clean
    """Nothing yet."""


async def unfinished():  # clean
    raise NotImplementedError


@app.get("/")
async def view():  # clean
    return {"status": "ok"}


async def passed(request):  # clean
    return request.name


app.add_route("/", passed)


async def in_a_task():  # clean
    print(1)


async def gathered():  # clean
    print(1)


async def starts():
    task = asyncio.create_task(in_a_task())
    await asyncio.gather(gathered())  # expect: task-serialised
    await silenced()
    await task


async def on_startup(app):  # clean
    app.ready = True


async def setup_module():  # clean
    print(1)


async def numbers():  # clean
    yield 1


async def comprehension(xs):  # clean
    return [x async for x in xs]


if asyncio:

    async def either():  # clean
        return 1

else:

    async def either():  # clean
        return await asyncio.sleep(1)


def factory():
    async def made():  # clean
        print(1)

    return made


async def silenced():  # noqa: RUF029  # suppressed: async-needless
    print(1)


def stream(x):
    return [x]


async def astream(x):  # clean
    return [x, x]


async def error_handler(request, error):  # clean
    return str(error)


async def uses_them(x):
    return await astream(x), await error_handler(x, x)
