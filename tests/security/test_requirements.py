"""Each requirement of security is proved by tests that name it."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tidy import house

REQUIREMENTS = tomllib.loads((Path(__file__).parent / "requirements.toml").read_text())
LINES = 61


def marked(text: str) -> Iterator[tuple[str, str]]:
    """Each requirement that a test file names, and the test that proves it."""
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            is_test = node.name.lower().startswith("test")
            for decorator in node.decorator_list if is_test else ():
                yield from ((found, node.name) for found in _ids(decorator))
        elif isinstance(node, ast.Assign) and _names(node) == {"pytestmark"}:
            yield from ((found, "every test") for found in _ids(node.value))


def _ids(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "asvs"
        ):
            yield from (str(one.value) for one in call.args if isinstance(one, ast.Constant))


def _names(node: ast.Assign) -> set[str]:
    return {target.id for target in node.targets if isinstance(target, ast.Name)}


def proofs() -> dict[str, list[str]]:
    """Requirement -> the tests that name it."""
    found: dict[str, list[str]] = {}
    for path in house.files("tests"):
        if path.suffix == ".py":
            for requirement, test in marked(path.read_text()):
                found.setdefault(requirement, []).append(f"{house.name_of(path)}::{test}")
    return found


def test_every_requirement_is_there() -> None:
    assert len(REQUIREMENTS) == LINES


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_a_requirement_is_proved(requirement: str) -> None:
    assert proofs().get(requirement), f"no test names {requirement}: {REQUIREMENTS[requirement]}"


def test_what_tests_name_is_a_requirement() -> None:
    assert set(proofs()) <= set(REQUIREMENTS)


def test_a_mark_is_found_where_it_stands() -> None:
    text = """
pytestmark = [pytest.mark.django_db, pytest.mark.asvs("A")]

@pytest.mark.asvs("B", "C")
def test_it(): ...

@pytest.mark.asvs("D")
def fixture(): ...

class TestMore:
    pass
"""
    assert list(marked(text)) == [("A", "every test"), ("B", "test_it"), ("C", "test_it")]
