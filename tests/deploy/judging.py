"""The chart and the images' recipe, as Checkov judges them: all is mended or has its reason.

Not collected by itself, as it takes a minute: `bin/check --full` runs it, with an environment of
Checkov's own, which pins half of what we use to other versions.
"""

import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.judged import kept
from tests.deploy.test_chart import WAYS, rendered
from tests.tidy.house import ROOT

CHECKOV = ROOT / ".venv-judges" / "bin" / "checkov"
WITHIN_S = 600
RECIPE = ROOT / "deploy" / "images" / "Dockerfile"


@pytest.fixture(scope="module")
def manifests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the chart renders, each way in a file; in a namespace, as helm has it."""
    folder = tmp_path_factory.mktemp("manifests")
    for way, values in WAYS.items():
        (folder / f"{way}.yaml").write_text(yaml.safe_dump_all(map(_placed, rendered(values))))
    return folder


def _placed(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "metadata": {**one["metadata"], "namespace": "cinema"}}


def findings(framework: str, *where: str) -> Iterator[tuple[str, str]]:
    """The rules that something breaks, and what breaks them."""
    assert CHECKOV.exists(), "Checkov is missing: bin/check --full installs it"
    command = [str(CHECKOV), "--framework", framework, "--skip-download", "--output", "json"]
    done = subprocess.run(
        [*command, *where], capture_output=True, text=True, timeout=WITHIN_S, check=False
    )
    told: Mapping[str, Any] = json.loads(done.stdout)
    assert told["summary"]["passed"] > 0, done.stderr
    assert told["summary"]["parsing_errors"] == 0
    for one in told["results"]["failed_checks"]:
        yield one["check_id"], f"{one['resource']}: {one['check_name']}"


def unexcused(found: Iterable[tuple[str, str]]) -> list[str]:
    """What has no reason, and reasons that nothing needs any more."""
    excused, seen = kept("checkov"), set()
    wrong = []
    for rule, what in found:
        seen.add(rule)
        if rule not in excused:
            wrong.append(f"{rule} {what}")
    return wrong + [f"{rule} is found nowhere; take its reason out" for rule in excused - seen]


def test_the_chart_is_sound(manifests: Path) -> None:
    assert unexcused(findings("kubernetes", "--directory", str(manifests))) == []


def test_the_recipe_is_sound() -> None:
    assert list(findings("dockerfile", "--file", str(RECIPE))) == []


def test_what_is_unsound_is_found(tmp_path: Path) -> None:
    spoilt = [_placed(one) for one in rendered({})]
    pod = next(one for one in spoilt if one["kind"] == "Deployment")["spec"]["template"]["spec"]
    pod["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = True
    (tmp_path / "spoilt.yaml").write_text(yaml.safe_dump_all(spoilt))
    wrong = unexcused(findings("kubernetes", "--directory", str(tmp_path)))
    assert [line.partition(" ")[0] for line in wrong] == ["CKV_K8S_20"]
