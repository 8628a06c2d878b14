a ^ b & c ^ d | e & f & g ^ h
x: A[i] | B | C[j] | None
y: A[i] | (B | C) | D & E
def f(t: type[T] | None = None) -> list[int] | dict[str, int] | tuple[()]: pass
type(x).a.b = 1
type(x, y).a()[0] = 1
type = 3
type.x = type[y] | 4
match = case = 1
match.x(case)
print((a), b).c
x[*a.b, c]
return_ = *a.b(), c
a | b | c
a - b - c + d
-a ** -b
a & b | c
