print "a", b % c,
print >>sys.stderr, "x"
print
print (a)
print(a), b
print -1
exec code in ns, ls
exec "x = 1"
`x + y`; `a, b`
try: pass
except E, e: raise E, "msg", tb
except (A, B), (n, m): pass
x <> y; 0777L; 10l; ur'x\d'
def f((a, b), c=1): return [i for i in 1, 2 if i]
async = await = 1
async.x(await)
raise E, "v"
