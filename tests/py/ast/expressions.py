a.b.c(d)[e](f=g, *h, **i)
-x ** ~y + z // 2 @ w % v << 1
a or b or c and d and not e or (f or g)
a < b <= c != d is not e not in f is g in h
(a) + (b).c
x[1:2, ::3, ...]; x[:]; x[a,]; x[*b]; x[1:]
{1: 2, **d, "k": v}; {1, *s}; {}; []; (); (1,); 1, 2
[i for i in x if y]; {i for i in x}; {k: v for k, v in z}
f(i for i in x); f((i for i in x), y)
a if b else c if d else e
(y := f(x)) and [z := 1, z ** 2]
print(*args, sep="")
x = yield_ = (yield)
lambda: (lambda x: x)
await_ = None, True, False, ..., 1, 0x1F, 1_000, 1.5e3, 2j, .5
f(*a.b, *c.d()[1] or e, **g.h)
(((paren)))
not a == b
x = *a, b
a[b][c].d = e.f, g = h
async_ = [await q for q in r]
