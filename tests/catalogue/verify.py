#!/usr/bin/env python3
"""Checks the catalogue of blocking calls and the constructor table against the real packages.

For developers, when those files change; the tests do not run it, because it installs some hundred
packages from the package index into a virtual environment:

    python3 tests/catalogue/verify.py [--venv DIR] [--no-install] [--all]

With --venv the environment is kept and used again; Python 3.11 or later. Every qualified name is
imported and followed attribute by attribute. Exit status 1: some row names nothing, names a
coroutine function, or is spelled in a way that the front end rewrites, so that no call could ever
meet it.
"""
import argparse
import asyncio
import functools
import importlib
import importlib.metadata
import inspect
import os
import subprocess
import sys
import tempfile
import types
import venv
import warnings
from collections import Counter, defaultdict
from pathlib import Path

sys.dont_write_bytecode = True  # for tables.py: nothing is left in the source tree
from tables import ELSEWHERE, INSTANCES, PREPARATIONS, REQUIREMENTS

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "scan/rules/data/blocking_calls.tsv"
CONSTRUCTORS = ROOT / "scan/py/data/constructors.tsv"
ALIASES = ROOT / "scan/py/data/aliases.tsv"
MODULES = ROOT / "scan/py/data/modules.tsv"

BAD = ("missing", "wrong", "coroutine", "unreachable", "unlisted root")
# Results of factories that are rules for the front end, not types.
SPECIAL = ("same", "annotation", "enter", "enter_async", "await_same", "each")


def read_table(path):
    """The rows of a .tsv file as scan/base/table.awk reads it, without the header."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return rows[1:]


# ---- the environment ----


def install(python):
    """Installs the requirements, a group at a time; of a group that fails, one at a time."""
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    for group in REQUIREMENTS:
        if subprocess.run(pip + group, stderr=subprocess.DEVNULL).returncode == 0:
            continue
        for requirement in group:
            if subprocess.run(pip + [requirement], stderr=subprocess.DEVNULL).returncode:
                print(f"not installed: {requirement}", file=sys.stderr)


def run_inside(folder, options):
    """Runs the checks with the environment's own Python."""
    python = str(Path(folder) / "bin" / "python")
    if not Path(python).exists():
        venv.create(folder, with_pip=True)
    if not options.no_install:
        install(python)
    command = [python, __file__, "--inside"] + (["--all"] if options.all else [])
    with tempfile.TemporaryDirectory() as scratch:  # what packages leave in their home
        environment = dict(os.environ, HOME=scratch)
        return subprocess.run(command, cwd=scratch, env=environment).returncode


# ---- from names to objects ----


class Missing(Exception):
    """No such attribute; the text says of what."""


class Unavailable(Exception):
    """The package cannot be imported here."""


def import_root(name):
    try:
        return importlib.import_module(name)
    except Exception as problem:
        if name in sys.stdlib_module_names:
            raise Missing(f"no module {name}") from problem
        raise Unavailable(f"{name}: {type(problem).__name__}: {problem}") from problem


def member(owner, path, name):
    """owner.name, where path is how the owner was reached."""
    try:
        return getattr(owner, name)
    except Exception as problem:
        if not inspect.ismodule(owner):
            raise Missing(f"{path} has no {name}") from problem
    try:
        return importlib.import_module(f"{path}.{name}")
    except Exception as problem:
        raise Missing(f"{path} has no {name}") from problem


@functools.cache
def instances(path):
    return [make() for make in INSTANCES[path]]


def instance_member(path, name):
    """An attribute that only instances have, of the first instance that has it."""
    for owner in instances(path):
        if hasattr(owner, name):
            return getattr(owner, name)
    raise Missing(f"instances of {path} have no {name}")


def walk(name):
    """The object that a dotted name stands for."""
    parts = name.split(".")
    builtins = importlib.import_module("builtins")
    if len(parts) == 1:
        return member(builtins, "builtins", name)
    owner, path = import_root(parts[0]), parts[0]
    for part in parts[1:]:
        try:
            owner = member(owner, path, part)
        except Missing:
            if path not in INSTANCES:
                raise
            owner = instance_member(path, part)
        path = f"{path}.{part}"
    return owner


class Spelling:
    """What the front end makes of the names that files use."""

    def __init__(self):
        self.aliases = dict(read_table(ALIASES))
        self.results = {row[0]: row[1] for row in read_table(CONSTRUCTORS)}

    def canonical(self, name):
        """As py_canonical: the longest alias that fits, then without builtins."""
        parts = name.split(".")
        for size in range(len(parts), 0, -1):
            target = self.aliases.get(".".join(parts[:size]))
            if target:
                name = ".".join([target] + parts[size:])
                break
        return name.removeprefix("builtins.")

    def others(self, name):
        """Names that mean this one: the real package may know only those."""
        for alias, target in self.aliases.items():
            if name == target or name.startswith(target + "."):
                yield alias + name[len(target) :]

    def type_of(self, name):
        """The type that a class of this name gives."""
        name = self.canonical(name)
        return self.results.get(name, name)


def find(name, spelling):
    """The object of a row, under the row's own name or another spelling of it."""
    try:
        return walk(name)
    except Missing as problem:
        for other in spelling.others(name):
            try:
                return walk(other)
            except (Missing, Unavailable):
                continue
        raise problem


def elsewhere(name):
    """Why a name need not exist here: the longest entry that fits."""
    parts = name.split(".")
    for size in range(len(parts), 0, -1):
        if reason := ELSEWHERE.get(".".join(parts[:size])):
            return reason
    return None


# ---- judging rows ----


def is_coroutine(thing):
    """Must its result be awaited? The function inside decorators counts, too, but not an async
    generator there: what a context manager makes of one is entered, not awaited."""
    if inspect.isasyncgenfunction(thing) or asyncio.iscoroutinefunction(thing):
        return True
    try:
        return callable(thing) and asyncio.iscoroutinefunction(inspect.unwrap(thing))
    except ValueError:  # a proxy that has every attribute, __wrapped__ too
        return False


class Report:
    def __init__(self, title):
        self.title = title
        self.rows = defaultdict(list)

    def add(self, status, name, text=""):
        self.rows[status].append((name, text))

    def bad(self):
        return sum(len(self.rows[status]) for status in BAD)

    def show(self, everything):
        counts = Counter({status: len(rows) for status, rows in self.rows.items()})
        total = ", ".join(f"{counts[s]} {s}" for s in sorted(counts) if counts[s])
        print(f"\n{self.title}: {sum(counts.values())} rows: {total}")
        for reason, count in Counter(text for _, text in self.rows["unchecked"]).items():
            print(f"  unchecked: {count} rows: {reason}")
        for status in sorted(self.rows.keys() - {"unchecked"}):
            if status == "ok" and not everything:
                continue
            for name, text in self.rows[status]:
                print(f"  {status}: {name}" + (f": {text}" if text else ""))


NOT_FOUND = object()


def judge(name, spelling, report, roots):
    """The row's object; or NOT_FOUND, and the report says why."""
    if spelling.canonical(name) != name:
        report.add("unreachable", name, f"the front end says {spelling.canonical(name)}")
        return NOT_FOUND
    if "." in name and name.split(".")[0] not in roots:
        report.add("unlisted root", name, "see scan/py/data/modules.tsv")
        return NOT_FOUND
    try:
        thing = find(name, spelling)
    except (Missing, Unavailable) as problem:
        if reason := elsewhere(name):
            report.add("elsewhere", name, reason)
        else:
            status = "missing" if isinstance(problem, Missing) else "unchecked"
            report.add(status, name, str(problem).splitlines()[0])
        return NOT_FOUND
    return thing


def same_object(name, thing, seen):
    """An earlier row that names this object: both hit, but one may be a spelling too many."""
    function = getattr(thing, "__func__", thing)
    owner = name.rpartition(".")[0]
    try:
        owner_thing = walk(owner) if owner else None
    except (Missing, Unavailable):
        owner_thing = None
    key = (id(function), id(owner_thing) if inspect.isclass(owner_thing) else 0)
    kept = seen.setdefault(key, (name, function, owner_thing))
    return kept[0] if kept[0] != name else None


def check_catalogue(spelling, roots):
    report, seen = Report(CATALOGUE.name), {}
    for name, *_ in read_table(CATALOGUE):
        owner = name.rpartition(".")[0]
        if owner and spelling.type_of(owner) != owner:
            report.add("unreachable", name, f"instances have the type {spelling.type_of(owner)}")
            continue
        thing = judge(name, spelling, report, roots)
        if thing is NOT_FOUND:
            continue
        if is_coroutine(thing):
            report.add("coroutine", name)
        elif not callable(thing):
            report.add("wrong", name, f"is not callable: {type(thing).__name__}")
        elif other := same_object(name, thing, seen):
            report.add("same object", name, f"as {other}")
        else:
            report.add("ok", name)
    return report


def result_names(result):
    return [part.strip() for part in result.strip("()").split(",") if part.strip(" -")]


def annotated_class(thing):
    """The last component of a plain return annotation."""
    try:
        text = inspect.signature(thing).return_annotation
    except (TypeError, ValueError):
        return None
    text = getattr(text, "__name__", text)
    last = text.strip("'").rpartition(".")[2] if isinstance(text, str) else ""
    return last if last.isidentifier() and last not in ("Self", "_empty") else None


def check_result(row, thing, spelling):
    """What is wrong with the result that a row of the constructor table names; or None."""
    name, result, how = row[:3]
    for part in result_names(result):
        try:
            find(part, spelling)
        except Missing as problem:
            if not elsewhere(part):
                return f"gives {part}, but {problem}"
        except Unavailable:
            continue
    if is_coroutine(thing) and how == "call" and not name.endswith("__"):
        return "is a coroutine function, the row says it is not"
    return None


def check_constructors(spelling, roots):
    report = Report(CONSTRUCTORS.name)
    for row in read_table(CONSTRUCTORS):
        name, result, how = row[:3]
        thing = judge(name, spelling, report, roots)
        if thing is NOT_FOUND:
            continue
        if problem := None if how in SPECIAL else check_result(row, thing, spelling):
            report.add("wrong", name, problem)
            continue
        said = None if how != "call" or inspect.isclass(thing) else annotated_class(thing)
        if said and result[0] not in "(-" and result.rpartition(".")[2] != said:
            report.add("annotated otherwise", name, f"{said}; the row says {result}")
        else:
            report.add("ok", name)
    return report


# ---- public names of the classes that the catalogue does not know ----


def is_public(module_name):
    return not any(part.startswith("_") or part == "tests" for part in module_name.split("."))


def offers(module, thing):
    """Does a module have the class for others, and not because it uses it?"""
    if not isinstance(module, types.ModuleType) or vars(module).get(thing.__name__) is not thing:
        return False
    return module.__name__ == thing.__module__ or hasattr(module, "__path__")


def public_names(thing):
    """Where the loaded public modules of a class's package offer it."""
    package = thing.__module__.split(".")[0]
    for module_name, module in sorted(sys.modules.items()):
        if module_name.split(".")[0] == package and is_public(module_name):
            if offers(module, thing):
                yield f"{module_name}.{thing.__name__}"


def check_public_names(spelling):
    """Other public names of catalogued classes that the front end takes for another type."""
    report = Report("other public names of catalogued classes")
    catalogue = {row[0] for row in read_table(CATALOGUE)}
    methods = defaultdict(list)
    for name in sorted(catalogue):
        methods[name.rpartition(".")[0]].append(name.rpartition(".")[2])
    for owner in sorted(methods):
        try:
            thing = find(owner, spelling) if owner else None
        except (Missing, Unavailable):
            continue
        if not inspect.isclass(thing):
            continue
        if thing.__module__.partition(".")[0] in sys.stdlib_module_names:
            continue
        for name in public_names(thing):
            if spelling.type_of(name) == owner or f"{name}.{methods[owner][0]}" in catalogue:
                report.add("ok", name)
            else:
                report.add("not known", name, f"is {owner}")
    return report


# ---- the program ----


def show_versions():
    found = {d.metadata["Name"].lower().replace("_", "-"): d.version
             for d in importlib.metadata.distributions()}
    names = [r.partition("[")[0] for group in REQUIREMENTS for r in group]
    print(f"Python {sys.version.split()[0]}")
    print(", ".join(f"{n} {found.get(n.lower(), 'not installed')}" for n in sorted(names)))


def check(options):
    warnings.simplefilter("ignore")
    for prepare in PREPARATIONS:
        try:
            prepare()
        except ImportError as problem:
            print(f"not prepared: {problem}", file=sys.stderr)
    show_versions()
    spelling = Spelling()
    roots = {row[0] for row in read_table(MODULES)}
    reports = [check_catalogue(spelling, roots), check_constructors(spelling, roots)]
    reports.append(check_public_names(spelling))
    for report in reports:
        report.show(options.all)
    return 1 if any(report.bad() for report in reports) else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--venv", metavar="DIR", help="make the environment here and keep it")
    parser.add_argument("--no-install", action="store_true", help="use what DIR has")
    parser.add_argument("--all", action="store_true", help="list good rows too")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return check(options)
    if options.venv:
        return run_inside(options.venv, options)
    with tempfile.TemporaryDirectory() as folder:
        return run_inside(folder, options)


if __name__ == "__main__":
    sys.exit(main())
