match command.split():
    case []: pass
    case [action, *rest] if rest: pass
    case (a, b, *_) | {"k": v, **others}: pass
    case Point(x=0, y=mod.ZERO) as p: pass
    case Point(0, Inner(z)): pass
    case -1 | 2.5 | "s" "t" | None | True | 1+2j: pass
    case a.b.c: pass
    case x, y: pass
    case _:
        match z, w:
            case only: pass
