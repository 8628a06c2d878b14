#!/usr/bin/env python3
"""Compares our AST with CPython's, file by file: kinds, nesting, spans, names, constants.

    tests/py/compare_ast.py build/tests/py_dump FILE_OR_DIRECTORY…

For developers: `make test` does not need it. Where the two differ on purpose (see scan/py/ast.h) or
CPython says nothing (positions of `arguments`, `withitem`, …; positions inside f-strings before
3.12) nothing is compared. Files that this Python cannot compile are only counted.
"""
import ast
import os
import re
import subprocess
import sys
import tokenize
import warnings

NO_POSITION = {"arguments", "comprehension", "withitem", "match_case"}
OPTIONAL_CTX = {"Load": "", "Store": " Store", "Del": " Del"}
FSTRING_POSITIONS = sys.version_info >= (3, 12)
LINE = re.compile(r"( *)(\w+) (\d+:\d+-\d+:\d+)(.*)")
FLAGS = re.compile(r"(?: paren| elif| broken)+$")


def quoted(data):
    return "'" + "".join(
        "\\x%02x" % b if b < 32 or b in b"\\'" or b >= 0x7F else chr(b) for b in data) + "'"


class Dumper:
    """CPython's tree in the format of py_dump."""

    def __init__(self, source):
        self.lines = re.split(rb"(?<=\n)|(?<=\r)(?!\n)", source)
        if self.lines[0].startswith(b"\xef\xbb\xbf"):
            self.lines[0] = self.lines[0][3:]
        self.out = []

    def column(self, line, byte):
        raw = self.lines[line - 1][:byte] if line <= len(self.lines) else b""
        return len(raw.decode("utf-8", "replace")) + 1

    def position(self, n):
        return "%d:%d-%d:%d" % (n.lineno, self.column(n.lineno, n.col_offset), n.end_lineno,
                                self.column(n.end_lineno, n.end_col_offset))

    def constant(self, n):
        v = n.value
        if v is None or v is True or v is False:
            return " %s" % v
        if v is ...:
            return " Ellipsis"
        if isinstance(v, str):
            data = v.encode("utf-8", "surrogatepass")
            return " str" + (" text=" + quoted(data) if data else "")
        if isinstance(v, bytes):
            return " bytes" + (" text=" + quoted(v) if v else "")
        return " " + type(v).__name__

    def scalars(self, n):
        kind = type(n).__name__
        if kind == "Constant":
            return self.constant(n)
        text = ""
        if hasattr(n, "op"):
            text += " " + type(n.op).__name__
        if kind == "Compare":
            text += "".join(" " + type(o).__name__ for o in n.ops)
        if hasattr(n, "ctx"):
            text += OPTIONAL_CTX[type(n.ctx).__name__]
        return text

    def fields(self, n):
        kind = type(n).__name__
        order = {
            "FunctionDef": ["name", "args", "body", "decorator_list", "returns"],
            "AsyncFunctionDef": ["name", "args", "body", "decorator_list", "returns"],
            "ClassDef": ["name", "bases", "keywords", "body", "decorator_list"],
            "arguments": ["posonlyargs", "args", "kwonlyargs", "defaults", "kw_defaults",
                          "vararg", "kwarg"],
            "ImportFrom": ["module", "names", "level"],
            "DictComp": ["key", "value", "generators"],
            "Assign": ["targets", "value"],
            "Constant": [],
            "FormattedValue": ["value", "format_spec"],
            "arg": ["arg", "annotation"],
        }.get(kind, n._fields)
        return [f for f in order if f not in ("ctx", "op", "ops", "type_comment", "simple",
                                              "is_async", "kind", "type_params", "type_ignores")]

    def visit(self, n, depth, in_fstring):
        kind = type(n).__name__
        where = self.position(n) if hasattr(n, "lineno") and not (
            in_fstring and not FSTRING_POSITIONS) else "-"
        line = "%s%s %s%s" % ("  " * depth, kind, where, self.scalars(n))
        if kind == "match_case":
            n.pattern = ast.Pass()
        for f in self.fields(n):
            line += self.field(n, kind, f)
        if getattr(n, "is_async", 0):
            line += " async"
        self.out.append(line)
        self.children(n, depth + 1, in_fstring or kind == "JoinedStr")

    def field(self, n, kind, f):
        v = getattr(n, f)
        name = {"decorator_list": "decorators", "key": "elt"}.get(f, f)
        if f == "arg" and v is None or v is None or v == [] or v == 0 or v == "":
            return ""
        if f == "names" and kind in ("Global", "Nonlocal"):
            return " names=[%s]" % ",".join(v)
        if isinstance(v, str):
            return " %s=%s" % (name, quoted(v.encode()))
        if isinstance(v, list):
            return " %s=%d" % (name, len(v))
        if isinstance(v, int):
            return " %s=%d" % (name, v)
        return " " + name

    def children(self, n, depth, in_fstring):
        kind = type(n).__name__
        if kind == "arguments":
            kids = self.argument_order(n)
        elif kind == "Dict":
            kids = [x for pair in zip(n.keys, n.values) for x in pair]
        else:
            kids = []
            for f in self.fields(n):
                v = getattr(n, f)
                kids += v if isinstance(v, list) else [v]
        for k in kids:
            if isinstance(k, ast.AST):
                if kind == "match_case" and k is n.pattern:
                    self.out.append("  " * depth + "pattern")
                else:
                    self.visit(k, depth, in_fstring)

    def argument_order(self, n):
        """Source order: a default follows its parameter."""
        plain = n.posonlyargs + n.args
        defaults = [None] * (len(plain) - len(n.defaults)) + n.defaults
        kids = [x for pair in zip(plain, defaults) for x in pair] + [n.vararg]
        kids += [x for pair in zip(n.kwonlyargs, n.kw_defaults) for x in pair]
        return kids + [n.kwarg]


def ours_normalised(text):
    """Our dump without flags, positions CPython lacks, and the insides of patterns."""
    out, skip, fstring = [], None, None
    for line in text.splitlines():
        m = LINE.match(line)
        if not m or m.group(2) in ("error", "comment"):
            continue
        indent, kind, where, rest = m.groups()
        depth = len(indent)
        if skip is not None and depth > skip:
            continue
        skip = None
        if fstring is not None and depth <= fstring:
            fstring = None
        rest = FLAGS.sub("", rest)
        if kind == "pattern":
            skip = depth
            out.append(indent + "pattern")
            continue
        if kind == "Constant":
            rest = re.sub(r"^( (?:int|float|complex|None|True|False|Ellipsis)) text=.*", r"\1", rest)
        if kind in NO_POSITION or kind == "Module" or (
                fstring is not None and not FSTRING_POSITIONS):
            where = "-"
        if kind == "JoinedStr" and fstring is None:
            fstring = depth
        out.append("%s%s %s%s" % (indent, kind, where, rest))
    return out


def same(a, b):
    """Names of characters are not looked up by us."""
    if "\\xef\\xbf\\xbd" in a:
        return a.split(" text=")[0] == b.split(" text=")[0]
    return a == b


def compare(tool, path, counts):
    with open(path, "rb") as f:
        source = f.read()
    text = subprocess.run([tool, path], stdout=subprocess.PIPE, check=True).stdout.decode(
        "utf-8", "replace")
    broken = any(l.startswith("error ") for l in text.splitlines())
    try:
        # CPython counts columns of what it has recoded, we those of the file.
        if tokenize.detect_encoding(iter(source.splitlines(True)).__next__)[0][:5] != "utf-8":
            counts["other encodings"] += 1
            return
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        counts["not this Python"] += 1
        counts["not this Python, clean here"] += not broken
        return
    counts["compared"] += 1
    if broken:
        counts["broken here only"] += 1
        print("%s: %s" % (path, next(l for l in text.splitlines() if l.startswith("error "))))
        return
    dumper = Dumper(source)
    dumper.visit(tree, 0, False)
    theirs = dumper.out
    ours = ours_normalised(text)
    for a, b in zip(ours, theirs):
        if not same(a, b):
            print("%s\n  ours   %s\n  theirs %s" % (path, a.strip(), b.strip()))
            counts["different"] += 1
            return
    if len(ours) != len(theirs):
        print("%s: %d nodes, theirs %d" % (path, len(ours), len(theirs)))
        counts["different"] += 1


def files(paths):
    for path in paths:
        if os.path.isdir(path):
            for root, dirs, names in os.walk(path):
                dirs.sort()
                yield from (os.path.join(root, n) for n in sorted(names) if n.endswith((".py", ".pyi")))
        else:
            yield path


def main():
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(100000)
    counts = dict.fromkeys(["compared", "different", "broken here only", "not this Python", "other encodings",
                            "not this Python, clean here"], 0)
    for path in files(sys.argv[2:]):
        compare(sys.argv[1], path, counts)
    print(counts)
    return 1 if counts["different"] or counts["broken here only"] else 0


if __name__ == "__main__":
    sys.exit(main())
