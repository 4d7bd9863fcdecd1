"""What the chart renders for operators of others, held against the kinds that those have."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.test_chart import ALL_ON, OTHERS, rendered

KINDS = Path(__file__).with_name("kinds")
WITHIN_S = 300


def _misspelt(one: dict[str, Any]) -> None:
    one["spec"]["minReplicas"] = one["spec"].pop("minReplicaCount")


def _of_another_type(one: dict[str, Any]) -> None:
    one["spec"]["pollingInterval"] = "5"


def _of_no_such_way(one: dict[str, Any]) -> None:
    one["spec"]["fallback"]["behavior"] = "whatever"


SPOILT: dict[str, Callable[[dict[str, Any]], None]] = {
    "minReplicas": _misspelt,
    "pollingInterval": _of_another_type,
    "behavior": _of_no_such_way,
}


def spoilt(manifests: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A manifest with each of the mistakes in it, named after what is wrong."""
    sound = next(one for one in manifests if one["kind"] == "ScaledObject")
    for field, how in SPOILT.items():
        one = deepcopy(sound)
        one["metadata"]["name"] = f"wrong-{field}"
        how(one)
        yield one


@pytest.fixture(scope="module")
def manifests() -> list[dict[str, Any]]:
    return [one for one in rendered(ALL_ON) if one["apiVersion"].startswith(OTHERS)]


@pytest.fixture(scope="module")
def findings(manifests: list[dict[str, Any]]) -> list[str]:
    """What types and schemas find wrong with the manifests and with spoilt ones, a line each."""
    node = shutil.which("node")
    assert node, "Node is missing: bin/test finds it, or installs one"
    assert (KINDS / "node_modules").exists(), f"npm ci --prefix {KINDS}; bin/test does it"
    done = subprocess.run(
        [node, str(KINDS / "check.mjs")],
        input=json.dumps([*manifests, *spoilt(manifests)]),
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_others_take_what_it_renders_for_them(
    manifests: list[dict[str, Any]], findings: list[str]
) -> None:
    assert {one["kind"] for one in manifests} == {
        "ScaledObject",
        "HTTPRoute",
        "ExternalSecret",
        "ServiceMonitor",
        "PrometheusRule",
    }
    assert [line for line in findings if "wrong-" not in line] == []


@pytest.mark.parametrize("field", SPOILT)
def test_what_they_do_not_take_is_found(field: str, findings: list[str]) -> None:
    lines = [line for line in findings if f"wrong-{field}:" in line]
    assert any(field in line.partition(":")[2] for line in lines), findings
