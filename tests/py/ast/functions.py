@deco
@a.b(c=1)
async def f(a, /, b: int = 3, *args: T, c, d=4, **kw: U) -> "x":
    """doc"""
    await g(); x = await h
    async with s as t, u: pass
    async for i in j: yield i
    else: yield
    return [k async for k in l if m if n for o in p]

def g(*, only): yield from only
def h(a, b=1, /): pass

class A: x = 1

@final
class B(A, metaclass=M, *bases, **kw):
    def method(self, *a): return (yield self)

    @property
    def value(self):
        return lambda: self.x

l1 = lambda x, *y, z=1, **k: x
l2 = lambda *, a: (a, b)
