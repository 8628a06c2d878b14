import contextvars
from collections import defaultdict
from contextvars import ContextVar
from types import MappingProxyType

from elsewhere import Var, make

tags = ContextVar("tags", default={})  # expect: protocol-contextvar(warning)
stack = contextvars.ContextVar("stack", default=[])  # expect: protocol-contextvar
seen: ContextVar[set] = ContextVar("seen", default=set())  # expect: protocol-contextvar
counts = ContextVar("counts", default=defaultdict(int))  # expect: protocol-contextvar
squares = ContextVar("squares", default=[x * x for x in range(3)])  # expect: protocol-contextvar

nothing = ContextVar("nothing")  # clean
none = ContextVar("none", default=None)  # clean
empty = ContextVar("empty", default=())  # clean
frozen = ContextVar("frozen", default=frozenset())  # clean
proxy = ContextVar("proxy", default=MappingProxyType({}))  # clean
made = ContextVar("made", default=make([]))  # clean
other = Var("other", default={})  # clean

defaults = {"closed": None}
state = ContextVar("state", default=defaults)  # expect: protocol-contextvar
copied = ContextVar("copied", default=defaults.copy())  # expect: protocol-contextvar
limits = (1, 2)
limited = ContextVar("limited", default=limits)  # clean

try:
    import contextvars as context
except ImportError:
    import elsewhere.contextvars as context

doubly = context.ContextVar("doubly", default={})  # expect: protocol-contextvar
