"""The rules that keep it one house: who may import whom, and whose rows may point at whose."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.tidy import house

LINT_TIMEOUT_S = 600


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "importlinter.cli", "lint", "--no-cache"]
    script = Path(sys.executable).with_name("lint-imports")
    if script.exists():
        command = [str(script), "--no-cache"]
    return subprocess.run(
        [*command, "--config", str(root / "pyproject.toml")],
        cwd=root,
        env={"PYTHONPATH": str(root / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=LINT_TIMEOUT_S,
        check=False,
    )


@pytest.fixture
def copied_house(tmp_path: Path) -> Path:
    shutil.copy(house.ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(
        house.ROOT / "src" / "matinee",
        tmp_path / "src" / "matinee",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    return tmp_path


def test_every_import_keeps_the_rules() -> None:
    result = lint_imports(house.ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.violation
@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("billing/rules/pricing.py", "from matinee.identity import models"),
        ("kernel/clock.py", "from matinee.contracts import message"),
        ("contracts/message.py", "from matinee.catalog import models"),
        ("kernel/ids.py", "from matinee.playback import rules"),
        ("viewing/rules.py", "from matinee.viewing import models"),
        ("catalog/models/titles.py", "from matinee.catalog import api"),
        ("insights/queries/summary.py", "from matinee.run import services"),
    ],
)
def test_a_forbidden_import_is_found(copied_house: Path, module: str, forbidden: str) -> None:
    path = copied_house / "src" / "matinee" / module
    path.write_text(path.read_text() + f"\n{forbidden}\n")
    result = lint_imports(copied_house)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout


def pointers(model: type[models.Model]) -> Iterator[tuple[str, str, str]]:
    """Every relation of a model: (its service, field, the service that it points into)."""
    for field in model._meta.get_fields():
        target = getattr(field, "related_model", None)
        if field.is_relation and target is not None and not field.auto_created:
            yield model._meta.app_label, field.name, target._meta.app_label


def strays(found: Iterator[tuple[str, str, str]]) -> list[str]:
    return [f"{own}.{field} -> {other}" for own, field, other in found if own != other]


def test_no_row_points_into_another_service() -> None:
    every_model = apps.get_models(include_auto_created=True)
    assert len(every_model) > 20
    assert not [stray for model in every_model for stray in strays(pointers(model))]


def test_a_row_that_points_elsewhere_is_found() -> None:
    account = apps.get_model("identity", "Account")

    class Stray(models.Model):
        account = models.ForeignKey("identity.Account", on_delete=models.CASCADE)

        class Meta:
            app_label = "billing"

    try:
        assert strays(pointers(Stray)) == ["billing.account -> identity"]
    finally:
        del apps.all_models["billing"]["stray"]
        apps.clear_cache()
    assert account._meta.app_label == "identity"


def test_every_service_keeps_its_events_the_same_way() -> None:
    # The data keys belong to no service, and tell nobody anything.
    services = {model._meta.app_label for model in apps.get_models()} - {"keys"}
    assert len(services) == 9
    for service in services:
        for table in ("Outbox", "Inbox", "DeadLetter"):
            assert apps.get_model(service, table)
