"""A catalogue of the release before: its titles are found, and as they were."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from matinee.catalog import queries
from matinee.catalog.models import Title, TitleWindow
from matinee.kernel import ids

pytestmark = pytest.mark.django_db(databases=["catalog"])
BEFORE = "0006_other_looks"


def migrate(to: str) -> Any:
    """Bring the tables of the catalogue to a migration; its models as they were then."""
    connection = connections["catalog"]
    with connection.cursor() as cursor:
        # All of a test is one transaction, where migrations have one each.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    executor = MigrationExecutor(connection)
    executor.migrate([("catalog", to)])
    return executor.loader.project_state([("catalog", to)]).apps


@pytest.fixture
def before() -> Iterator[Any]:
    """The models of the release before, with its tables."""
    (newest,) = MigrationExecutor(connections["catalog"]).loader.graph.leaf_nodes("catalog")
    yield migrate(BEFORE)
    migrate(newest[1])


SAID = {
    "tagline": "",
    "description": "A village.",
    "maturity_age": 6,
    "language": "de",
    "genres": ["Drama"],
    "moods": [],
}
RIGHTS = [{"territories": ["IS"], "starts_at": None, "ends_at": "2036-03-01T12:00:00Z"}]


def fill(titles: Any) -> UUID:
    """A film with rights, and a series with an episode that was withdrawn; the film's id."""
    film = titles.create(
        id=ids.uuid7(),
        kind="film",
        slug="ueberfahrt",
        name="Überfahrt",
        **{"status": "published", "rights": RIGHTS, **SAID},
    )
    series = titles.create(id=ids.uuid7(), kind="series", slug="hafen", name="Hafen", **SAID)
    titles.create(
        id=ids.uuid7(),
        kind="episode",
        slug="teil-1",
        name="Teil 1",
        **{"series": series, "season": 1, "episode": 1, "withdrawn": True, **SAID},
    )
    found: UUID = film.pk
    return found


def test_titles_of_the_release_before_stay_and_are_found(before: Any) -> None:
    film_id = fill(before.get_model("catalog", "Title").objects.using("catalog"))
    (newest,) = MigrationExecutor(connections["catalog"]).loader.graph.leaf_nodes("catalog")
    migrate(newest[1])
    page = queries.studio_page(None, queries.StudioFilter("uberf"))
    assert [(row.title.id, row.title.name) for row in page.titles] == [(film_id, "Überfahrt")]
    assert queries.studio_page(None, queries.StudioFilter("ueberfahrt")).titles
    (told,) = queries.titles_of([queries.row_of(film_id)], queries.STAFF_VIEWER)
    assert (told.status, told.texts, told.ratings, told.keywords) == ("published", [], [], [])
    assert Title._default_manager.filter(standing="withdrawn").count() == 1
    windows = TitleWindow._default_manager.values_list("title_id", "territories", "plans")
    assert list(windows) == [(film_id, ["IS"], [])]
