type X = int | str
type Y[T] = list[T]
a: Optional[List[int]] = None
b: Callable[[int, str], Dict[str, "Fwd"]]
c: a.b.C[d]
def f(x: int | None, *a: *Ts, **k: Unpack[K]) -> Iterator[tuple[int, ...]]: ...
self.x: int = 0
d: "A.B" = e
class C(Generic[T], Protocol): pass
def generic[T: int, *Ts](x: T) -> T: ...
class Box[T](Base): pass
