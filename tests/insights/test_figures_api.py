"""What the staff ask of figures over HTTP: read, refused with a sentence, and as tables."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from matinee.contracts.figures import Breakdown, Cohorts, DropOff, Live, Metrics, Series
from matinee.contracts.shown import RowCount, RowsSeen, RowsTaken
from matinee.insights import actions
from matinee.insights.queries import figures
from matinee.insights.rules.metrics import METRICS
from matinee.kernel import clock, ids, problems
from matinee.kernel.clients import Client
from tests.insights.test_filing import search
from tests.insights.test_insights import client_of, progressed, started, tell

pytestmark = pytest.mark.django_db(databases=["insights"])

FILM = UUID(int=1)
ROOT = "/api/insights/studio"


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    """About noon of today, so that a test lies within one day."""
    noon = clock.now().replace(hour=12, minute=0)
    with clock.shifted(noon - clock.now()):
        yield


@pytest.fixture
def analyst() -> Iterator[Client]:
    with client_of(None, "analyst") as client:
        yield client


def file_all() -> None:
    while actions.facts_file():
        pass
    actions.days_fold()


def watch(title_id: UUID = FILM, ago: timedelta = timedelta(minutes=5)) -> None:
    begun = started(ids.uuid7(), ids.uuid7(), title_id, clock.now() - ago)
    tell(begun)
    tell(progressed(begun, 50, clock.now() - ago + timedelta(seconds=30)))


def ask(client: Client, path: str, **params: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.send("GET", f"{ROOT}/{path}", params=params).json()
    return found


def test_each_figure_has_its_definition(analyst: Client) -> None:
    told = analyst.ask(Metrics, "GET", f"{ROOT}/metrics").metrics
    assert {one.id for one in told} == set(METRICS)
    for one in told:
        assert one.sentence.endswith("."), one.id
        assert one.formula.endswith("."), one.id
    assert len({one.name for one in told}) == len(told)


def test_figures_over_time_beside_those_before(analyst: Client) -> None:
    watch()
    watch(ago=timedelta(days=7, minutes=5))
    file_all()
    told = Series.model_validate(ask(analyst, "series", metric="plays,hours", compare="before"))
    plays, hours = told.lines
    assert (plays.metric, plays.total) == ("plays", 1)
    assert hours.total == pytest.approx(50 / 3600)
    assert sum(value or 0 for value in plays.values) == 1
    assert told.before is not None
    assert told.before.lines[0].total == 1
    assert len(told.before.at) == len(told.at) == len(plays.values)
    assert figures.value("plays", clock.now() - timedelta(hours=1), clock.now()) == 1


def test_figures_told_apart_beside_those_before(analyst: Client) -> None:
    for title_id, times in ((FILM, 2), (UUID(int=2), 1)):
        for _ in range(times):
            watch(title_id)
    watch(ago=timedelta(days=7, minutes=5))
    file_all()
    params = {"metric": "plays", "by": "title", "compare": "before", "limit": 1}
    told = Breakdown.model_validate(ask(analyst, "breakdown", **params))
    (row,) = told.rows
    assert (row.key, row.values, row.before, told.more) == (str(FILM), [2], [1], True)


def test_rows_by_take_rate(analyst: Client) -> None:
    tell(RowsSeen(rows=[RowCount(row="top_10", titles=8), RowCount(row="new", titles=5)]))
    tell(RowsSeen(rows=[RowCount(row="top_10", titles=2)]))
    tell(RowsTaken(rows=[RowCount(row="top_10", titles=3)]))
    file_all()
    told = ask(analyst, "breakdown", metric="take_rate,seen,taken", by="row")
    rows = [(row["key"], row["values"]) for row in told["rows"]]
    assert rows == [("top_10", [0.3, 10, 3]), ("new", [0, 5, 0])]


def test_searches_that_found_nothing(analyst: Client) -> None:
    for query, found, taken in (("dune", 0, False), ("Dune", 0, False), ("alien", 3, True)):
        search(query, found=found, taken=taken)
    file_all()
    told = ask(analyst, "breakdown", metric="empty_searches,searches", by="search")
    assert [(row["key"], row["values"]) for row in told["rows"]] == [
        ("dune", [2, 2]),
        ("alien", [0, 1]),
    ]
    (line,) = ask(analyst, "series", metric="search_taken_share")["lines"]
    assert line["total"] == pytest.approx(1 / 3)


def test_what_goes_on_now(analyst: Client) -> None:
    watch(ago=timedelta(seconds=40))
    told = Live.model_validate(ask(analyst, "live"))
    assert (told.viewers, told.starts_per_second) == (1, 1 / 60)
    assert [title.title_id for title in told.titles] == [FILM]
    assert (len(told.minutes), sum(minute.plays for minute in told.minutes)) == (60, 1)


def test_questions_cost_the_same_number_of_queries(
    analyst: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        watch(UUID(int=number + 1))
        if number % 3 == 0:
            file_all()
    with django_assert_max_num_queries(2, using="insights"):
        ask(analyst, "breakdown", metric="plays,hours", by="title")
    with django_assert_max_num_queries(4, using="insights"):
        ask(analyst, "live")


@pytest.mark.parametrize(
    ("path", "params", "said"),
    [
        ("series", {"metric": "plays,nonsense"}, "There is no metric nonsense"),
        ("series", {"metric": " , "}, "No metric is asked for"),
        ("series", {"metric": "plays,plays"}, "each once"),
        ("series", {"metric": "plays", "zone": "Mars/Olympus"}, "Europe/Berlin"),
        ("series", {"metric": "plays", "since": "9999-12-31T23:59:59Z"}, "later end"),
        ("series", {"metric": "plays", "until": "0001-01-01T00:00:00Z"}, "1 to 9999"),
        ("breakdown", {"metric": "plays", "by": "search"}, "cannot be told apart by search"),
        ("breakdown", {"metric": "plays", "by": "weather"}, None),
        ("series", {"metric": "plays", "since": "2027-01-01T00:00:00"}, None),
        ("series", {"metric": "plays", "since": "0.5"}, None),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_what_to_ask(
    analyst: Client, path: str, params: dict[str, str], said: str | None
) -> None:
    with pytest.raises(problems.Unprocessable, match=said):
        ask(analyst, path, **params)


def table(client: Client, path: str, **params: Any) -> list[list[str]]:
    answer = client.send("GET", f"{ROOT}/{path}", params=params)
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    return list(csv.reader(io.StringIO(answer.text)))


def test_tables_hold_what_answers_do(analyst: Client) -> None:
    watch()
    search("=HYPERLINK(1)")
    file_all()
    rows = table(analyst, "series.csv", metric="plays,failed_share", compare="before")
    assert rows[0] == [
        *("at", "plays", "failed_share"),
        *("at_before", "plays_before", "failed_share_before"),
    ]
    assert sum(int(row[1]) for row in rows[1:]) == 1
    assert rows[1][2] == "", "nothing is no nought"
    rows = table(analyst, "breakdown.csv", metric="searches", by="search")
    assert rows[1][:3] == ["'=hyperlink(1)", "'=hyperlink(1)", "1"], "no formula"
    assert len(table(analyst, f"titles/{FILM}/drop-off.csv")) == 102
    assert table(analyst, "cohorts.csv") == [["month", "size"]]


def test_nothing_is_known_of_an_unknown_title(analyst: Client) -> None:
    told = DropOff.model_validate(ask(analyst, f"titles/{ids.uuid7()}/drop-off"))
    assert (told.plays, told.duration_s, set(told.shares)) == (0, None, {0.0})
    assert Cohorts.model_validate(ask(analyst, "cohorts")).cohorts == []
