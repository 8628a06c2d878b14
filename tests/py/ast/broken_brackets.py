class A:
    def ok(self):
        return f(1)

    async def open(self):
        await f(

    @deco
    async def next(self):
        x = {"a": [1,
        return x

def header(a, b
    await c()

class B(A:
    def method(self): pass

    def last(self):
        if foo(1:
            return 2
        text = """
        def not(
        """
        return (1)
