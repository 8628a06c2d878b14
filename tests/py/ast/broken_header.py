def one():
    a()

def two(x
    b()
    await c()

def three():
    d()
