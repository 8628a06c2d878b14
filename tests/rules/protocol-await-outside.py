"""await and its relatives where Python refuses them; and where it does not."""
from elsewhere import connect, lines, load


async def fine(x):
    await load(x)  # clean
    async with connect() as c:  # clean
        async for line in lines(c):  # clean
            yield line
    values = [await load(y) for y in (1, 2)]  # clean
    more = {y async for y in lines(x)}  # clean
    wait = (await load(y) for y in x)  # clean
    print(values, more, wait)


def forgotten(x):
    return await load(x)  # expect: protocol-await-outside(error)


def one_defect(x):
    first = await load(x)  # expect: protocol-await-outside
    second = await load(first)
    async with connect() as c:
        return second, c


def loops(x):
    async for line in lines(x):  # expect: protocol-await-outside
        print(line)


def managers():
    async with connect() as c:  # expect: protocol-await-outside
        print(c)


def comprehensions(x):
    return [y async for y in lines(x)]  # expect: protocol-await-outside


def sets(x):
    return {await load(y) for y in x}  # expect: protocol-await-outside


class Client:
    session = await connect()  # expect: protocol-await-outside

    def fetch(self):
        return await self.session.get()  # expect: protocol-await-outside

    async def callbacks(self):
        self.done = lambda: await self.fetch()  # expect: protocol-await-outside

        def nested():
            await self.fetch()  # expect: protocol-await-outside

        return nested

    async def defaults(self):
        async def inner(x=await load(1)):  # clean
            return await x

        return inner


async def in_class(x):
    class Local:
        value = await load(x)  # expect: protocol-await-outside

    return Local


async def outer_default(x=await load(2)):  # expect: protocol-await-outside
    return x


# Generator expressions may await anywhere; their first iterable is evaluated outside.
def generators(x):
    a = (await load(y) for y in x)  # clean
    b = (y async for y in lines(x))  # clean
    c = ([await load(z) for z in y] for y in x)  # clean
    return a, b, c


def first_iterable(x):
    return (y for y in await load(x))  # expect: protocol-await-outside


text = """
await load(1)
"""  # clean


def silenced():
    await load(1)  # noqa: F704 # lapse: ignore # suppressed: protocol-await-outside


def never_runs():
    if False:
        await elsewhere()  # expect: protocol-await-outside
