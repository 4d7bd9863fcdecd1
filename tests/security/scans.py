"""Insecure code and secrets, as scanners find them: each finding is mended or has its reason.

Not collected by itself, as it takes a minute: `bin/check --full` runs it.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.tidy import house

REASONS = tomllib.loads((Path(__file__).parent / "reasons.toml").read_text())
TIMEOUT_S = 600
# What is found here is no secret by its very nature: hashes of packages and of files.
NO_TEXT = ("requirements/*", "*/package-lock.json", "web/src/api/generated/*", "bench/results/*")


class Finding(NamedTuple):
    """What a scanner found, and where."""

    rule: str
    path: str
    line: int


def reason(kind: str, found: Finding) -> str | None:
    """The entry of `reasons.toml` that speaks for a finding."""
    for entry in REASONS[kind]:
        if entry["rule"] == found.rule and any(fnmatch(found.path, p) for p in entry["paths"]):
            return str(entry["why"])
    return None


def run(*arguments: str, cwd: Path = house.ROOT) -> Any:
    """What a scanner tells in JSON."""
    told = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert told.stdout, told.stderr
    return json.loads(told.stdout)


def insecure_code() -> Iterator[Finding]:
    told = run("bandit", "-q", "-r", "src", "bench", "-f", "json")
    assert not told["errors"], told["errors"]
    for one in told["results"]:
        yield Finding(one["test_id"], one["filename"], one["line_number"])


def secrets() -> Iterator[Finding]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=house.ROOT, capture_output=True, text=True, check=True
    )
    paths = [
        name
        for name in listed.stdout.split("\0")
        if name and not any(fnmatch(name, pattern) for pattern in NO_TEXT)
    ]
    told = run("detect_secrets", "-c", "1", "scan", "--no-verify", *paths)
    for path, found in told["results"].items():
        for one in found:
            yield Finding(one["type"], path, one["line_number"])


SCANS = {"code": insecure_code, "secrets": secrets}


@pytest.mark.parametrize("kind", SCANS)
def test_nothing_is_found_without_a_written_reason(kind: str) -> None:
    found = list(SCANS[kind]())
    bare = [one for one in found if reason(kind, one) is None]
    assert not bare, "\n".join(f"{one.path}:{one.line}: {one.rule}" for one in bare)
    used = {reason(kind, one) for one in found}
    idle = [entry["why"] for entry in REASONS[kind] if entry["why"] not in used]
    assert not idle, f"reasons for nothing that is found any more: {idle}"


def test_scanners_find_what_is_wrong(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("import pickle\n\n\ndef f(x):\n    return pickle.loads(x)\n")
    told = run("bandit", "-q", "-f", "json", str(bad))
    assert {one["test_id"] for one in told["results"]} == {"B301", "B403"}
    key = "AKIA" + "IOSFODNN7" + "EXAMPLE"
    bad.write_text(f"access = '{key}'\n")
    # Only what lies below where it looks from counts.
    assert run("detect_secrets", "scan", "--no-verify", bad.name, cwd=tmp_path)["results"]
