"""Facts that wait become files: none is lost, none is there twice, whoever is killed meanwhile."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from matinee.insights import actions, columns, settings
from matinee.insights.actions import facts as filing
from matinee.insights.actions import unlinking, upkeep
from matinee.insights.models import Alias, Part, Unlinking, Waiting
from matinee.insights.queries import figures
from matinee.insights.queries.relations import everything
from matinee.insights.rules import facts
from matinee.insights.rules.stretches import Cut
from matinee.kernel import clock, ids
from matinee.kernel.databases import transaction_of
from matinee.kernel.people import Person, gathered
from matinee.kernel.problems import Unavailable
from tests.insights.test_erasure import erased
from tests.insights.test_insights import client_of, progressed, started, tell

pytestmark = pytest.mark.django_db(databases=["insights"])

FILM, OTHER = UUID(int=1), UUID(int=2)
_QUERIES = "SELECT query FROM {searches} ORDER BY query"
_WHOS = "SELECT DISTINCT who, {title} FROM {facts}"


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    """About noon of today, so that a test lies within one day."""
    noon = clock.now().replace(hour=12, minute=0)
    with clock.shifted(noon - clock.now()):
        yield


class KilledError(BaseException):
    """Stands for the end of a process: nothing of ours catches it."""


def searches() -> list[str]:
    rows = figures.asked(_QUERIES.format(searches=everything("search")), {})
    return [query for (query,) in rows]


def search(query: str, profile_id: UUID | None = None, **more: object) -> int:
    body = {"query": query, "found": 0, **more}
    with client_of(profile_id or ids.uuid7()) as client:
        return client.send("POST", "/api/insights/searches", json=body).status_code


def file_all() -> None:
    while actions.facts_file():
        pass
    actions.days_fold()


def test_what_waits_is_filed_once() -> None:
    for query in ("one", "two"):
        assert search(query) == 204
    assert actions.facts_file() == 2
    assert actions.facts_file() == 0
    assert search("three") == 204
    assert actions.facts_file() == 1
    assert searches() == ["one", "three", "two"]


@pytest.mark.parametrize("step", ["before a file", "before it is named", "before the commit"])
def test_nothing_is_lost_or_twice_when_killed(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    search("kept")
    file_all()
    search("waits")

    def killed(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as turned:
        if step == "before a file":
            turned.setattr(columns, "write", killed)
        elif step == "before it is named":
            turned.setattr(filing, "part_add", killed)
        else:
            turned.setattr(Waiting.objects.all().__class__, "delete", killed)
        with pytest.raises(KilledError):
            actions.facts_file()
    assert searches() == ["kept"]
    assert actions.facts_file() == 1
    assert searches() == ["kept", "waits"]


def test_a_file_that_was_never_named_is_removed_after_a_day() -> None:
    search("kept")
    file_all()
    (part,) = Part.objects.filter(kind="search")
    file = columns.path_of(part.key)
    stray = file.with_name(f"{ids.uuid7()}.parquet")
    stray.write_bytes(file.read_bytes())
    assert upkeep.strays_remove() == 0
    with clock.shifted(timedelta(days=2)):
        assert upkeep.strays_remove() >= 1
    assert (stray.exists(), file.exists()) == (False, True)


def test_a_line_that_cannot_be_read_keeps_nothing_else_waiting() -> None:
    Waiting.objects.create(kind="search", facts=1, body="{broken\n")
    search("whole")
    actions.facts_file()
    assert searches() == ["whole"]
    assert not Waiting.objects.exists()


def test_a_file_that_is_gone_leaves_the_others(caplog: pytest.LogCaptureFixture) -> None:
    search("gone")
    file_all()
    columns.storage().remove(Part.objects.get(kind="search").key)
    search("there")
    file_all()
    assert searches() == ["there"]
    assert "figures lack what it held" in caplog.text


def test_words_are_kept_as_one_would_look_for_them() -> None:
    for query in ("  Blade\tRUNNER ", "blade runner", "Straße", "a\u0000b", "\u200b", "'; --"):
        search(query)
    file_all()
    assert searches() == ["'; --", "ab", "blade runner", "blade runner", "strasse"]


def test_many_files_of_a_day_become_one() -> None:
    for number in range(12):
        search(f"{number:02d}")
        actions.facts_file()
    keys = list(Part.objects.filter(kind="search").values_list("key", flat=True))
    assert len(keys) == 12
    before = searches()
    assert upkeep.parts_merge() == 1
    assert Part.objects.filter(kind="search", replaced_at=None).count() == 1
    assert searches() == before
    assert upkeep.replaced_remove() == 0, "somebody may be reading them"
    with clock.shifted(timedelta(hours=2)):
        assert upkeep.replaced_remove() == 12
    assert not any(columns.storage().exists(key) for key in keys)
    assert searches() == before


def test_what_is_older_than_is_kept_is_not_read() -> None:
    search("old")
    file_all()
    assert upkeep.parts_retire() == 0
    with clock.shifted(timedelta(days=92)):
        assert upkeep.parts_retire() >= 1
    assert searches() == []


def test_players_wait_while_too_much_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "get", _Little)
    filing.room_check()
    Waiting.objects.create(kind="search", facts=1, body="{}\n")
    with pytest.raises(Unavailable, match="in a minute"):
        filing.room_check()


class _Little:
    waiting_max = 0


def whole() -> Cut:
    now = clock.now()
    return Cut((now - timedelta(days=3), now + timedelta(days=1)))


def viewers() -> float | None:
    return figures.lines(["viewers"], whole())[0].total


@pytest.fixture
def watched() -> UUID:
    """A profile that watched two films and searched, all of it in files."""
    profile_id = ids.uuid7()
    at = clock.now() - timedelta(minutes=10)
    for title_id in (FILM, OTHER):
        begun = started(ids.uuid7(), profile_id, title_id, at)
        tell(begun)
        tell(progressed(begun, 60, at + timedelta(minutes=1)))
    search("something rare", profile_id)
    file_all()
    assert viewers() == 1
    return profile_id


def whos(kind: facts.Kind) -> list[tuple[UUID | None, UUID | None]]:
    title = "title" if "title" in kind.columns else "NULL::UUID"
    live = Part.objects.filter(kind=kind.name, replaced_at=None).values_list("key", flat=True)
    rows = figures.asked(_WHOS.format(title=title, facts=columns.relation(kind, live)), {})
    return [(who, title_id) for who, title_id in rows]


def test_whoever_wants_all_forgotten_is_nobody_at_once(watched: UUID) -> None:
    who = Alias.objects.get(profile_id=watched).who
    tell(erased(watched))
    assert not Alias.objects.exists(), "nothing says any more who that was"
    assert Unlinking.objects.filter(who=who, title_id=None).exists()


def test_a_copy_of_ones_data_holds_what_one_searched_for(watched: UUID) -> None:
    person = Person(account_id=ids.uuid7(), profile_ids=[watched])
    sheets = {sheet.name: sheet.rows for sheet in gathered("insights", person).sheets}
    assert [row["query"] for row in sheets["searches"]] == ["something rare"]
    tell(erased(watched))
    sheets = {sheet.name: sheet.rows for sheet in gathered("insights", person).sheets}
    assert sheets["searches"] == []


def test_files_are_written_anew_without_whoever_wants_to_be_forgotten(watched: UUID) -> None:
    tell(erased(watched))
    with clock.shifted(timedelta(minutes=5)):
        assert unlinking.people_unlink() == 1
    for kind in (facts.PROGRESS, facts.SEARCH, facts.LINE):
        assert {who for who, _ in whos(kind)} == {None}, kind.name
    assert viewers() == 2, "each play counts as somebody's"
    assert figures.lines(["plays", "hours"], whole())[0].total == 2
    assert not Unlinking.objects.exists()


def test_one_title_is_forgotten_and_stays_so_when_more_is_heard_of_its_play(watched: UUID) -> None:
    tell(erased(watched, FILM))
    with clock.shifted(timedelta(minutes=5)):
        assert unlinking.people_unlink() == 1
    assert {title for who, title in whos(facts.LINE) if who is not None} == {OTHER}
    assert {title for who, title in whos(facts.PROGRESS) if who is not None} == {OTHER}
    assert {who for who, _ in whos(facts.SEARCH)} != {None}


def test_a_play_that_goes_on_after_it_was_forgotten_stays_nobodys() -> None:
    profile_id = ids.uuid7()
    begun = started(ids.uuid7(), profile_id, FILM, clock.now() - timedelta(minutes=2))
    tell(begun)
    tell(erased(profile_id, FILM))
    tell(progressed(begun, 90, clock.now() + timedelta(seconds=30)))
    file_all()
    with clock.shifted(timedelta(minutes=5)):
        unlinking.people_unlink()
    assert {who for who, _ in whos(facts.LINE)} == {None}


def test_facts_that_wait_are_filed_before_anybody_is_unlinked(watched: UUID) -> None:
    search("still waits", watched)
    tell(erased(watched))
    with clock.shifted(timedelta(minutes=5)):
        assert unlinking.people_unlink() == 0
        actions.facts_file()
        assert unlinking.people_unlink() == 1
    assert {who for who, _ in whos(facts.SEARCH)} == {None}


def test_whoever_changes_files_does_it_alone() -> None:
    with transaction_of("insights"):
        assert filing.files_alone()
