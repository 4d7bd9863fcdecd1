"""The house rules that a machine can check, as pure functions over source text."""

import ast
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FUNCTION_LINES_MAX = 60
FUNCTION_LINES_GOOD = 30
FILE_LINES_MAX = 600
FILE_LINES_GOOD = 300
PARAMETERS_MAX = 5
BANNED_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "manager"})
SOURCES = ("src", "tests", "bench", "web/src")
_CODE = {".py", ".ts", ".tsx", ".js"}


@dataclass(frozen=True)
class Finding:
    """A place that breaks a rule, and how."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def files(*folders: str) -> Iterator[Path]:
    """The source files below folders of the project, sorted; generated ones left out."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in _CODE and not {"migrations", "generated", "node_modules"} & set(
                path.parts
            ):
                yield path


def name_of(path: Path) -> str:
    """A path as the project writes it."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def too_long(path: Path, text: str) -> Iterator[Finding]:
    """Files and functions over the hard limits, and functions with too many parameters."""
    lines = text.count("\n")
    if lines > FILE_LINES_MAX:
        yield Finding(name_of(path), 1, f"{lines} lines, at most {FILE_LINES_MAX}")
    if path.suffix != ".py":
        return
    for one in _functions(text):
        if one.lines > FUNCTION_LINES_MAX:
            yield Finding(name_of(path), one.line, f"{one.name} has {one.lines} lines")
        if one.parameters > PARAMETERS_MAX and not one.is_declaration:
            yield Finding(name_of(path), one.line, f"{one.name} takes {one.parameters}")


def longish(path: Path, text: str) -> tuple[int, int]:
    """How many files (0 or 1) and functions are over what is good, though allowed."""
    if path.suffix != ".py":
        return int(text.count("\n") > FILE_LINES_GOOD), 0
    functions = sum(one.lines > FUNCTION_LINES_GOOD for one in _functions(text))
    return int(text.count("\n") > FILE_LINES_GOOD), functions


def banned(path: Path) -> Iterator[Finding]:
    """Names that say nothing about what is inside."""
    for part in path.relative_to(ROOT).parts if path.is_relative_to(ROOT) else path.parts:
        words = re.split(r"[._\-]", part.lower())
        if BANNED_NAMES & set(words):
            yield Finding(name_of(path), 1, f"{part!r} is a name for anything; say what it is")


def imports_of(text: str) -> Iterator[str]:
    """Every module that a file of `src` imports, by full name, and each of their members."""
    yield from _imported(ast.parse(text))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def dead(modules: dict[str, str], entries: Iterable[str]) -> list[str]:
    """The modules (name -> source) that nothing imports or names, `entries` apart.

    A string names a module in full (`p.m`, `p.m:thing`) or a file beside its own (`m.py`).
    """
    mentioned: set[str] = set(entries)
    for name, text in modules.items():
        tree = ast.parse(text)
        mentioned.update(found for found in _imported(tree) if found != name)
        strings = (
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        for value in strings:
            word = re.split(r"[:\s]", value, maxsplit=1)[0]
            mentioned.add(word)
            if word.endswith(".py"):
                mentioned.add(f"{name.rpartition('.')[0]}.{word.removesuffix('.py')}")
    packages = {name.rpartition(".")[0] for name in modules}
    return sorted(
        name
        for name in modules
        if name not in mentioned
        and name not in packages
        and not any(found.startswith(f"{name}.") for found in mentioned)
    )


@dataclass(frozen=True)
class _Function:
    """What the rules ask of a function."""

    name: str
    line: int
    lines: int
    parameters: int
    is_declaration: bool


@functools.cache
def _functions(text: str) -> tuple[_Function, ...]:
    """The functions of a file; two rules ask of all files, and reading one takes its time."""
    return tuple(
        _Function(node.name, node.lineno, _length(node), _parameters(node), _is_declaration(node))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    positional = [a for a in (*node.args.posonlyargs, *node.args.args) if a.arg != "self"]
    return len(positional) + len(node.args.kwonlyargs)


def _is_declaration(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Commands and fixtures, whose parameters are options that somebody reads by name."""
    marks = {"command", "option", "argument", "given", "fixture", "parametrize"}
    for decorator in node.decorator_list:
        names = {n.attr for n in ast.walk(decorator) if isinstance(n, ast.Attribute)}
        names |= {n.id for n in ast.walk(decorator) if isinstance(n, ast.Name)}
        if marks & names:
            return True
    return node.name.startswith("test_")
