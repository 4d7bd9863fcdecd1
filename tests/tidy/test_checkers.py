"""The linter and the type checker are really on: a violation of each fails."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tidy import house

pytestmark = pytest.mark.violation

TIMEOUT_S = 600


def run(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=house.ROOT,
        input=text,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def test_the_linter_finds_a_violation() -> None:
    bad = '"""A module."""\n\nimport os\n\n\ndef f(x):\n    eval(x)\n'
    result = run("ruff", "check", "--stdin-filename", "src/matinee/kernel/bad.py", "-", text=bad)
    assert result.returncode == 1
    for code in ("F401", "ANN001", "S307", "D103"):
        assert code in result.stdout, code


def test_the_type_checker_finds_a_violation(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("def f(x):\n    return x\n\n\nnumber: int = 'text'\n")
    result = run("mypy", "--config-file", "pyproject.toml", "--cache-dir", str(tmp_path), str(bad))
    assert result.returncode == 1
    assert "no-untyped-def" in result.stdout
    assert "assignment" in result.stdout
