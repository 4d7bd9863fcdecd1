"""Rights of titles and the operator's rows: kept, refused where wrong, told to everybody."""

import json
from typing import Any

import pytest

from matinee.contracts.catalog import EditorialRow, EditorialRows
from matinee.kernel import ids
from tests.catalog.conftest import Asker, announced, code_of, ready, tell

pytestmark = pytest.mark.django_db(databases=["catalog"])
WINDOW = {"territories": ["IS"], "starts_at": "2026-01-01T00:00:00Z", "ends_at": None}


def row_made(owner: Asker, **fields: Any) -> EditorialRow:
    answer = owner.ask("POST", "studio/rows", fields)
    assert answer.status_code == 201, answer.content
    return EditorialRow.model_validate_json(answer.content)


def test_rights_are_kept_changed_and_told(owner: Asker) -> None:
    title = owner.make("Northern", rights=[WINDOW])
    assert [window.territories for window in title.rights] == [["IS"]]
    tell(ready(title.id))
    assert announced("title.changed")[-1]["title"]["rights"][0]["territories"] == ["IS"]
    changed = owner.ask("PATCH", f"studio/titles/{title.id}", {"rights": []})
    assert json.loads(changed.content)["rights"] == []
    assert announced("title.changed")[-1]["title"]["rights"] == []
    owner.ask("PATCH", f"studio/titles/{title.id}", {"name": "Other"})
    assert owner.title(title.id).rights == []


@pytest.mark.parametrize(
    "window",
    [
        {"starts_at": "2026-02-01T00:00:00Z", "ends_at": "2026-01-01T00:00:00Z"},
        {"starts_at": "2026-02-01T00:00:00"},
        {"territories": ["Iceland"]},
        {"end_at": "2026-02-01T00:00:00Z"},
    ],
)
def test_a_wrong_window_is_refused(owner: Asker, window: dict[str, Any]) -> None:
    answer = owner.ask("POST", "studio/titles", {"name": "Northern", "rights": [window]})
    assert (answer.status_code, code_of(answer)) == (422, "invalid")


def test_rows_are_made_changed_removed_and_told_as_a_whole(owner: Asker) -> None:
    films = [owner.make(f"Film {n}") for n in range(3)]
    ids_ = [str(film.id) for film in films]
    first = row_made(owner, name="Festival", title_ids=ids_, place=2)
    second = row_made(owner, name="Kept", title_ids=ids_[:1], window=WINDOW)
    assert [row["name"] for row in announced("editorial_rows.changed")[-1]["rows"]] == [
        "Festival",
        "Kept",
    ]
    change = {"name": "The festival", "title_ids": [ids_[2], ids_[0], ids_[2]]}
    owner.ask("PUT", f"studio/rows/{first.id}", change)
    assert owner.ask("DELETE", f"studio/rows/{second.id}").status_code == 204
    rows = EditorialRows.model_validate_json(owner.ask("GET", "studio/rows").content).rows
    assert [(row.name, row.place) for row in rows] == [("The festival", None)]
    assert [str(one) for one in rows[0].title_ids] == [ids_[2], ids_[0]]
    told = announced("editorial_rows.changed")
    moments = [one["occurred_at"] for one in told]
    assert len(told) == 4
    assert moments == sorted(set(moments))
    assert [EditorialRow.model_validate(row) for row in told[-1]["rows"]] == rows


def test_a_wrong_row_is_refused_and_nobody_is_told(owner: Asker, viewer: Asker) -> None:
    series = owner.make("Harbour", kind="series")
    part = owner.make("Part", kind="episode", series_slug=series.slug)
    for title_id in (part.id, ids.uuid7()):
        body = {"name": "Row", "title_ids": [str(title_id)]}
        answer = owner.ask("POST", "studio/rows", body)
        assert (answer.status_code, code_of(answer)) == (422, "unknown_title")
    good = {"name": "Row", "title_ids": [str(series.id)]}
    gone = f"studio/rows/{ids.uuid7()}"
    assert code_of(owner.ask("PUT", gone, good)) == "unknown_row"
    assert code_of(owner.ask("DELETE", gone)) == "unknown_row"
    assert owner.ask("POST", "studio/rows", {**good, "title_ids": []}).status_code == 422
    assert viewer.ask("POST", "studio/rows", good).status_code == 403
    assert not announced("editorial_rows.changed")


def test_rows_come_in_the_order_that_they_are_brought_into(owner: Asker) -> None:
    film = str(owner.make("Film").id)
    made = [row_made(owner, name=name, title_ids=[film]) for name in ("First", "Second", "Third")]
    order = [str(made[at].id) for at in (2, 0, 1)]
    answer = owner.ask("PUT", "studio/rows/order", {"row_ids": order})
    assert answer.status_code == 200
    told = announced("editorial_rows.changed")[-1]["rows"]
    assert [row["name"] for row in told] == ["Third", "First", "Second"]
    new = row_made(owner, name="Fourth", title_ids=[film])
    rows = EditorialRows.model_validate_json(owner.ask("GET", "studio/rows").content)
    assert rows.rows[-1].id == new.id
    assert rows.names == {film: "Film"}
    for wrong in (order, [*order, order[0]], [*order, str(ids.uuid7())]):
        answer = owner.ask("PUT", "studio/rows/order", {"row_ids": wrong})
        assert (answer.status_code, code_of(answer)) == (409, "rows_changed")


def test_heroes_audiences_and_hours_are_kept_and_told(owner: Asker) -> None:
    film = str(owner.make("Film").id)
    fields = {
        "name": "Friday night",
        "shown_as": "hero",
        "title_ids": [film],
        "audience": {"languages": ["de"], "viewers": "grown_ups"},
        "hours": {"days": [5], "starts": "18:00", "ends": "02:00", "time_zone": "Europe/Berlin"},
    }
    made = row_made(owner, **fields)
    told = announced("editorial_rows.changed")[-1]["rows"][0]
    assert {name: told[name] for name in fields} == fields
    owner.ask("PUT", f"studio/rows/{made.id}", {"name": "Row", "title_ids": [film]})
    told = announced("editorial_rows.changed")[-1]["rows"][0]
    assert (told["shown_as"], told["hours"]) == ("row", None)
    wrong = {**fields, "hours": {"time_zone": "Mars/Olympus"}}
    answer = owner.ask("POST", "studio/rows", wrong)
    assert (answer.status_code, code_of(answer)) == (422, "invalid")
