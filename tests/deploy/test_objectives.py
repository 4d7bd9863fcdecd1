"""Alerts and dashboards are about figures that there are, and mean what they say."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml
from prometheus_client import REGISTRY
from werkzeug.test import Client

from matinee.run import checkout, metrics, shedding
from matinee.run.scaling import telling
from tests.patience import PATIENCE_S

FILES = checkout.root() / "deploy" / "chart" / "files"
OBJECTIVES = checkout.root() / "docs" / "objectives.md"
# What clients of Prometheus tell of themselves, and Prometheus of whom it asks.
OTHERS = ("process_", "up")
ENDINGS = ("_total", "_bucket", "_count", "_sum")


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FILES / "alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FILES / "dashboard.json").read_text())["panels"]
    return found


def expressions() -> list[str]:
    shown = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [rule["expr"] for rule in rules()] + shown


def selectors(expression: str) -> Iterator[Any]:
    """Everything that an expression selects, with its matchers."""
    found: list[Any] = []

    def look(part: Any) -> bool:
        if isinstance(part, promql.VectorSelector):
            found.append(part)
        return True

    promql.walk(promql.parse(expression), look)
    assert found, f"{expression} asks for nothing"
    return iter(found)


def family(name: str) -> str:
    for ending in ENDINGS:
        name = name.removesuffix(ending)
    return name


@cache
def own_families() -> set[str]:
    """What web processes tell, at their door as well, and who says how many copies are wanted."""
    assert callable(shedding.shedding)
    told = {one.name for one in REGISTRY.collect() if one.name.startswith("matinee_")}
    return told | {f"matinee_copies_{name}" for name in telling._GAUGES}


@pytest.mark.parametrize("expression", expressions())
def test_every_expression_asks_for_figures_that_there_are(expression: str) -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    for selected in selectors(expression):
        if selected.name.startswith(OTHERS) or selected.name in recorded:
            continue
        assert family(selected.name) in own_families(), selected.name


def test_every_figure_is_looked_at() -> None:
    asked = {family(one.name) for each in expressions() for one in selectors(each)}
    assert own_families() <= asked


def test_everything_that_is_recorded_is_used() -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    assert recorded <= {one.name for each in expressions() for one in selectors(each)}


@pytest.mark.django_db(databases="__all__")
def test_labels_and_values_are_those_that_are_told() -> None:
    def playing(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("201 Created", [])
        return []

    Client(metrics.measured(playing)).post("/api/playback/sessions")
    told: dict[str, dict[str, set[str]]] = {}
    for one in REGISTRY.collect():
        for sample in one.samples:
            for label, value in sample.labels.items():
                told.setdefault(sample.name, {}).setdefault(label, set()).add(value)
    for expression in expressions():
        for selected in selectors(expression):
            for matcher in selected.matchers.matchers if selected.name in told else ():
                values = told[selected.name].get(matcher.name)
                assert values is not None, f"{selected.name} has no {matcher.name}"
                # One that a pattern leaves out may be whatever it is.
                if matcher.op == promql.MatchOp.Equal and matcher.name in {
                    "outcome",
                    "health",
                    "le",
                }:
                    assert matcher.value in values, f"{selected} finds nothing"


def test_whoever_is_woken_is_told_why() -> None:
    alerts = [rule for rule in rules() if "alert" in rule]
    assert len({rule["alert"] for rule in alerts}) == len(alerts)
    for rule in alerts:
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
        assert {"summary", "description"} <= set(rule["annotations"]), rule["alert"]
    assert all(rule["expr"].strip() for rule in alerts)


def test_the_objectives_are_those_that_are_watched() -> None:
    """Shares of the allowance stand in both; a target that moves must move its alerts."""
    text = OBJECTIVES.read_text()
    for target, allowance, records in (
        ("99.9 %", "0.001", "plays_failed"),
        ("99 % within 250 ms", "0.01", "plays_slow"),
    ):
        assert target in text
        (fast,) = (
            rule["expr"] for rule in rules() if "14.4" in rule["expr"] and records in rule["expr"]
        )
        assert set(re.findall(r"14\.4 \* (\S+)", fast)) == {allowance}
        assert re.findall(rf"{records}:share(\w+)", fast) == ["1h", "5m"]


def test_alerts_go_off_when_they_should_and_only_then() -> None:
    """Prometheus itself goes through hours of figures, where it is installed."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not here: install Debian's package prometheus to have this shown")
    scenes = Path(__file__).with_name("alerts_test.yaml")
    done = subprocess.run(
        [promtool, "test", "rules", scenes.name],
        cwd=scenes.parent,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_panels_do_not_lie_over_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        own = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not own & taken, panel["title"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        taken |= own
    numbers = [panel["id"] for panel in panels()]
    assert len(set(numbers)) == len(numbers)
