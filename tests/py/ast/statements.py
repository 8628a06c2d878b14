import os, os.path as p, a . b
from . import x
from ..pkg.mod import (y as z, w,)
from m import *
from __future__ import annotations, division as d
global_a = b = c[0] = 1, 2
a.b += 1; del x, y[0]; del (u, v)
n: int = 3
m: "str"
for i, in seq: pass
else: i
for (j) in range(3):
    continue
while x < 3:  # a comment
    break
else:
    pass
if a: b
elif c: d
elif e:
    f
else:
    g; h;
try:
    raise
except (A, B) as err:
    raise E from err
except C: pass
except:
    raise X("y")
else: ok
finally:
    done
try: pass
except* G as eg: pass
try: pass
except *H.i: pass
with a as b, c() as (d, e), f: pass
with (open(x) as f, open(y)):
    pass
with (one, two,): pass
with (yes): pass
with (t, u) as pair: pass
assert x, "msg"
def outer():
    global g1, g2
    def inner():
        nonlocal o
        return
    return 1,
"a docstring that is none"
