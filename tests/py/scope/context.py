# Which nodes are evaluated in an async def, and in which scope.
import asyncio

probe(1)  #: async -; scope -


@probe("decorator")  #: async -; scope -
async def outer(
    a=probe("default"),  #: async -; scope -
    b: probe("annotation") = None,  #: async -; scope -
) -> probe("result"):  #: async -; scope -
    probe(2)  #: async yes; scope outer

    def inner(c=probe("default of a nested def")):  #: async yes; scope outer
        probe(3)  #: async -; scope outer.inner

    fn = lambda: probe(4)  #: async -; scope outer
    gn = lambda d=probe(5): d  #: async yes; scope outer

    class Local(probe("base"), metaclass=probe("keyword")):  #: async yes; scope outer
        probe(6)  #: async -; scope outer.Local

        async def method(self):
            probe(7)  #: async yes; scope outer.Local.method

    xs = [probe(x) for x in a]  #: async yes; scope outer; binds for
    ys = {k: v for k in probe(a) for v in b}  #: async yes; scope outer; binds param
    zs = (z async for z in b if probe(z))  #: async yes; scope outer

    @probe("decorator in async")  #: async yes; scope outer
    def decorated():
        probe(8)  #: async -; scope outer.decorated

    with asyncio.timeout(1):
        if a:
            while b:
                probe(9)  #: async yes; scope outer


class Top:
    probe(10)  #: async -; scope Top
    if asyncio:

        async def conditional(self):
            probe(11)  #: async yes; scope Top.conditional


f = lambda: (lambda: probe(12))  #: async -; scope -
