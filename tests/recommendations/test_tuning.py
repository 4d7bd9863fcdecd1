"""What experiments turn in pages, and how it is told who was shown it."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.contracts.events import ProfileRemoved
from matinee.contracts.experiments import (
    BUCKETS,
    VARIABLES,
    ExperimentsChanged,
    Layer,
    ProfileExposed,
    Running,
    RunningExperiment,
    RunningVariant,
    Settings,
)
from matinee.contracts.recommendations import HomePage
from matinee.kernel.ids import uuid7
from matinee.recommendations.models import Outbox, Shown
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.page import home_page
from matinee.recommendations.rules.ranking import held_out
from matinee.recommendations.rules.showing import Showing
from matinee.recommendations.rules.taste import ViewerFacts
from matinee.recommendations.rules.tuning import LAYERS, USUAL, tuning_of
from tests.recommendations import builders
from tests.recommendations.conftest import Get

database = pytest.mark.django_db(databases=["recommendations"])
WEB = Path(__file__).parents[2] / "web" / "src" / "player" / "abr" / "tuning.ts"

MADE = builders.catalogue(
    builders.title(number, genres=[f"G{number % 5}"], moods=[f"M{number % 3}"])
    for number in range(300)
)
MODELS = Models().fit(MADE, builders.plays_of([list(range(20, 40))] * 12, age_s=3600))
VIEWER = ViewerFacts(1, tuple(builders.play(n, 1.0) for n in (3, 8, 21, 30, 44)), language="en")


def page(settings: Settings) -> HomePage:
    return home_page(Showing(MADE, MODELS, VIEWER, 18, builders.NOW, (), tuning_of(settings)))


def values_of(name: str) -> st.SearchStrategy[Any]:
    """Everything within a variable's bounds."""
    one = VARIABLES[name]
    if one.choices:
        return st.sampled_from(one.choices)
    low, high = one.low or 0.0, one.high or 0.0
    return st.integers(int(low), int(high)) if one.is_whole else st.floats(low, high)


TURNED = st.fixed_dictionaries(
    {}, optional={name: values_of(name) for name in VARIABLES if VARIABLES[name].layer in LAYERS}
)


@given(TURNED)
def test_whatever_is_turned_within_its_bounds_pages_keep_their_promises(turned: Settings) -> None:
    made, tuning = page(turned), tuning_of(turned)
    assert made.hero is not None
    assert len(made.rows) <= tuning.rows_max
    assert all(1 <= len(row.cards) <= max(tuning.cards_max, 10) for row in made.rows)
    assert tuning.left_out not in {row.kind for row in made.rows}
    because = [row for row in made.rows if row.kind == "because_you_watched"]
    assert len(because) <= tuning.because_max
    whole = {"continue_watching", "my_list", "top_10"}
    ids = [card.id for row in made.rows if row.kind not in whole for card in row.cards]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "turned",
    [
        {"rows.rows_max": 4},
        {"rows.cards_max": 6},
        {"rows.because_max": 0},
        {"rows.mix_share": 1.0},
        {"rows.variety": 0.9},
        {"rows.left_out": "genre"},
        {"ranking.fresh_share": 1.0},
        {"ranking.strictness": 1.0},
    ],
    ids=str,
)
def test_what_is_turned_changes_the_page(turned: Settings) -> None:
    assert page(turned) != page({})
    assert page({"player.reserve_s": 20.0, "rows.not_known": 3}) == page({})


def test_what_was_learnt_may_be_left_aside() -> None:
    made = builders.catalogue(
        builders.title(number, genres=[f"G{number % 3}"]) for number in range(60)
    )
    histories = [list(range(viewer % 3, 60, 3))[viewer % 7 :][:9] for viewer in range(360)]
    models = Models(lessons=held_out.lists).fit(made, builders.plays_of(histories))
    assert models.ranker.knows

    def ranked(settings: Settings) -> list[int]:
        tuning = tuning_of(settings)
        showing = Showing(made, models, VIEWER, 18, builders.NOW, (), tuning)
        return list(showing.ranked.tolist())

    assert ranked({"ranking.order": "alike"}) != ranked({})
    usual = ranked({"ranking.order": "alike"})
    assert ranked({"ranking.order": "alike", "ranking.popular_share": 1.0}) != usual


def test_the_tables_say_what_is_usual() -> None:
    """What is usual in code is what the table of variables tells the staff."""
    names = {f"{layer}.{field}" for layer in LAYERS for field in asdict(USUAL)}
    told = {name: one.usual for name, one in VARIABLES.items() if one.layer in LAYERS}
    assert set(told) <= names
    assert {name.partition(".")[2]: usual for name, usual in told.items()} == asdict(USUAL)
    usual = re.search(r"USUAL: Readonly<Tuning> = \{(.*?)\}", WEB.read_text(), re.DOTALL)
    assert usual is not None
    player = {f"player.{key}": float(at) for key, at in re.findall(r"(\w+): ([\d.]+)", usual[1])}
    assert player == {name: one.usual for name, one in VARIABLES.items() if one.layer == "player"}


def told_of(layer: Layer, settings: Settings, *, is_stopped: bool = False) -> UUID:
    """An experiment on everybody, of whom all are shown the same."""
    variants = [RunningVariant(key="a", weight=1, settings=settings, is_stopped=is_stopped)]
    own = RunningExperiment(id=uuid7(), layer=layer, buckets=[(0, BUCKETS)], variants=variants)
    builders.tell(ExperimentsChanged(running=Running(experiments=[own])))
    return own.id


def exposures() -> list[ProfileExposed]:
    rows = Outbox.objects.filter(type=ProfileExposed.type).order_by("created_at", "id")
    return [ProfileExposed.model_validate(row.body) for row in rows]


def rows_of(get: Get, **headers: str) -> int:
    return len(HomePage.model_validate_json(get("/home", **headers).data).rows)


@database
def test_a_page_follows_experiments_from_the_next_request_on(get: Get, profile_id: UUID) -> None:
    for number in range(80):
        genres = [f"G{number % 8}"]
        builders.tell(builders.title_changed(builders.title(number, genres=genres)))
    usual = get("/home")
    assert rows_of(get) > 4
    experiment_id = told_of("rows", {"rows.rows_max": 4})
    assert get("/home", **{"If-None-Match": usual.headers["ETag"]}).status_code == 200
    assert rows_of(get) == 4
    assert rows_of(get) == 4
    assert [(one.experiment_id, one.profile_id) for one in exposures()] == [
        (experiment_id, profile_id)
    ]
    builders.tell(ExperimentsChanged(running=Running(adopted={"rows.rows_max": 5})))
    assert rows_of(get) == 5
    assert not Shown.objects.exists(), "of what ended nobody's part is kept"


@database
def test_an_older_fact_changes_nothing(get: Get) -> None:
    builders.tell(builders.title_changed(builders.title(1)))
    old = ExperimentsChanged(running=Running(adopted={"rows.rows_max": 4}))
    told_of("rows", {"rows.rows_max": 6})
    builders.tell(old)
    get("/home")
    assert len(exposures()) == 1


@database
def test_who_sees_nothing_of_it_is_not_counted(get: Get, profile_id: UUID) -> None:
    builders.tell(builders.title_changed(builders.title(1)))
    told_of("rows", {"rows.rows_max": 4}, is_stopped=True)
    get("/search?q=film")
    assert not exposures(), "a search shows no rows"
    get("/home")
    assert not exposures(), "a stopped variant counts no more"
    told_of("player", {"player.reserve_s": 20.0})
    get("/home")
    assert not exposures(), "pages show nothing of the player"
    told_of("ranking", {"ranking.fresh_share": 0.5})
    get("/search?q=film")
    assert [one.profile_id for one in exposures()] == [profile_id]
    builders.tell(ProfileRemoved(account_id=uuid7(), profile_id=profile_id))
    assert not Shown.objects.filter(profile_id=profile_id).exists()


@database
def test_pictures_and_heroes_can_be_left_to_the_operator(get: Get) -> None:
    for number in range(30):
        builders.tell(builders.title_changed(builders.title(number)))
    told_of("artwork", {"artwork.pictures": "own", "artwork.hero": "best"})
    made = HomePage.model_validate_json(get("/home").data)
    assert made.hero is not None
    assert made.hero.pick == ""
    assert not any(row.picks for row in made.rows)
    told_of("artwork", {"artwork.hero": "evenly", "artwork.hero_explored": 0.5})
    again = HomePage.model_validate_json(get("/home").data)
    assert again.hero is not None
    assert again.hero.pick != ""
