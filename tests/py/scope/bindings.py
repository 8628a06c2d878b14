# What binds a name, and which scope the name lives in.
import a.b
import a.c
import d.e as f
from g import h, i as j

probe(a)  #: binds import import; uses 1
probe(f)  #: binds import
probe(j)  #: binds from
probe(i)  #: binds -
probe(d)  #: binds -

one = two = 3
probe(two)  #: binds assign; uses 2
(p, [q, *r]), s = j
probe(p)  #: binds unpack
probe(r)  #: binds unpack
left, right = f(), j()
probe(left)  #: binds assign
typed: int
typed = 3
probe(typed)  #: binds annotation assign
count = 0
count += 1
probe(count)  #: binds assign augment; uses 3
for loop, (var, *rest) in j:
    pass
probe(var)  #: binds for
with f() as entered, j() as (part, other):
    probe(entered)  #: binds with
probe(part)  #: binds unpack
try:
    pass
except ValueError as error:
    probe(error)  #: binds except
gone = 1
del gone
probe(gone)  #: binds assign del
if (walrus := j) and walrus:
    probe(walrus)  #: binds assign
match j:
    case {"k": captured, **others}:
        probe(captured)  #: binds pattern
        probe(others)  #: binds pattern
    case [first, *tail] as whole:
        probe(tail)  #: binds pattern
        probe(whole)  #: binds pattern


def function(x, /, y, *args, z=one, **kw):
    probe(x)  #: binds param
    probe(args)  #: binds param
    probe(kw)  #: binds param
    probe(one)  #: binds assign
    probe(function)  #: binds def
    local = 1

    def nested():
        probe(local)  #: binds assign; uses 2
        probe(y)  #: binds param

    return nested


probe(local)  #: binds -
probe(function)  #: binds def


class Class:
    attribute = 1
    probe(attribute)  #: binds assign

    def method(self):
        probe(attribute)  #: binds -
        probe(Class)  #: binds class
        return [probe(attribute) for _ in self]  #: binds -

    again = [probe(attribute) for _ in attribute]  #: binds -
    first = [_ for _ in probe(attribute)]  #: binds assign


# Comprehension targets stay inside, a walrus inside one does not.
def comprehensions(items):
    squares = [inner for inner in items if (kept := inner)]
    probe(inner)  #: binds -
    probe(kept)  #: binds assign; uses 2
    return squares


def late_global():
    global made
    made = 1


probe(made)  #: binds assign; uses 3


def reader():
    return probe(made)  #: binds assign


def counter():
    n = 0

    def step():
        nonlocal n
        n += 1
        probe(n)  #: binds assign augment; uses 4
        return n

    return step


def shadows(count):
    probe(count)  #: binds param assign; uses 2
    count = 2


def global_function():
    global later

    def later():
        pass


probe(later)  #: binds def
fn = lambda arg: probe(arg)  #: binds param
