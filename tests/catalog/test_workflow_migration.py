"""Titles of an older release keep what they were: shown or withdrawn, and with their windows."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from matinee.catalog.models import Title, TitleWindow
from tests.catalog.conftest import Asker

pytestmark = [
    pytest.mark.django_db(databases=["catalog"], transaction=True),
]

BEFORE = "0007_record_of_a_title"
WINDOW = {"territories": ["IS"], "starts_at": None, "ends_at": "2036-03-01T12:00:00Z"}


def migrate(name: str | None = None) -> Any:
    """To a migration, or the newest; the models as they are there."""
    executor = MigrationExecutor(connections["catalog"])
    leaves = [key for key in executor.loader.graph.leaf_nodes() if key[0] == "catalog"]
    targets = leaves if name is None else [("catalog", name)]
    executor.migrate(targets)
    return MigrationExecutor(connections["catalog"]).loader.project_state(targets).apps


@pytest.fixture(autouse=True)
def newest_afterwards() -> Iterator[None]:
    yield
    migrate()


def test_what_was_withdrawn_is_so_still_and_windows_become_rows(owner: Asker) -> None:
    old = migrate(BEFORE).get_model("catalog", "Title").objects
    words = {"tagline": "", "description": "", "language": "en", "genres": [], "moods": []}
    common = {"kind": "film", "maturity_age": 0, **words}
    old.create(slug="shown", name="Shown", status="published", rights=[WINDOW, {}], **common)
    old.create(slug="hidden", name="Hidden", status="withdrawn", withdrawn=True, **common)
    migrate()
    standings = dict(Title._default_manager.values_list("slug", "standing"))
    assert standings == {"shown": "released", "hidden": "withdrawn"}
    windows = TitleWindow._default_manager.order_by("pk").values_list("territories", "plans")
    assert list(windows) == [(["IS"], []), ([], [])]
    assert [one.territories for one in owner.title("shown").rights] == [["IS"], []]
