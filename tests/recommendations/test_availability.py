"""Rights, languages and children's evenings: what may stand on a page, and what counts."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.contracts.catalog import RightsWindow, Vantage, is_available
from matinee.recommendations.rules import taste as tastes
from matinee.recommendations.rules.availability import Availability
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.page import home_page
from matinee.recommendations.rules.showing import Showing, passed_share
from matinee.recommendations.rules.sittings import is_for_children, of_a_child
from matinee.recommendations.rules.taste import PassedOver, ViewerFacts
from tests.recommendations import builders
from tests.recommendations.builders import NOW

HOUR = timedelta(hours=1)
vantages = st.builds(
    Vantage,
    st.sampled_from(["", "IS", "NO", "DE"]),
    st.sampled_from(["", "basic", "family"]),
    st.sampled_from(["", "browser", "tv"]),
)
moments = st.none() | st.integers(-3, 3).map(lambda hours: NOW + hours * HOUR)


@st.composite
def windows(draw: st.DrawFn) -> RightsWindow:
    starts_at, ends_at = draw(moments), draw(moments)
    if starts_at and ends_at and starts_at >= ends_at:
        ends_at = None
    listed = st.lists(st.sampled_from(["IS", "NO"]), max_size=2, unique=True)
    return RightsWindow(
        territories=draw(listed),
        plans=draw(st.sampled_from([[], [], ["family"]])),
        platforms=draw(st.sampled_from([[], [], ["tv"], ["browser", "app"]])),
        starts_at=starts_at,
        ends_at=ends_at,
    )


rights = st.lists(st.lists(windows(), max_size=3), min_size=1, max_size=6)


@given(rights, vantages, st.integers(-4, 4))
def test_arrays_of_windows_say_what_the_windows_say(
    own: list[list[RightsWindow]], vantage: Vantage, hours: int
) -> None:
    now = NOW + hours * HOUR
    available = Availability(own, [()] * len(own))
    told = available.open_to(vantage, now.timestamp()).tolist()
    assert told == [is_available(one, vantage, now) for one in own]


@given(rights, vantages)
def test_what_opens_and_closes_does_so_then_and_not_before(
    own: list[list[RightsWindow]], vantage: Vantage
) -> None:
    available = Availability(own, [()] * len(own))
    within_s = timedelta(days=1).total_seconds()
    opening = available.opening(vantage, NOW.timestamp(), within_s)
    for item, at_s in opening.items():
        assert not available.open_to(vantage, at_s - 1)[item]
        assert available.open_to(vantage, at_s)[item]
    closing = available.closing(vantage, NOW.timestamp(), within_s)
    for item, at_s in closing.items():
        assert available.open_to(vantage, at_s - 1)[item]
        assert not available.open_to(vantage, at_s)[item]
    for found in (opening, closing):
        assert list(found.values()) == sorted(found.values())


@given(rights)
def test_every_turn_is_counted_once(own: list[list[RightsWindow]]) -> None:
    available = Availability(own, [()] * len(own))
    bounds = [at for one in own for w in one for at in (w.starts_at, w.ends_at) if at]
    for hours in range(-4, 5):
        now = NOW + hours * HOUR
        assert available.turned(now.timestamp()) == sum(at <= now for at in bounds)


def test_languages_are_understood_by_sound_or_subtitles_whatever_the_region() -> None:
    available = Availability([[]] * 4, [("en", "de"), ("pt-BR",), ("fr",), ()])
    assert available.understood("pt-PT").tolist() == [False, True, False, True]
    assert available.understood("").all()


@pytest.mark.parametrize(
    ("age", "genres", "expected"),
    [
        (0, ["Children's"], True),
        (6, ["Familie"], True),
        (12, ["Family"], False),
        (0, ["Drama"], False),
        (0, [], False),
    ],
)
def test_childrens_titles_are_told_by_age_and_genre(
    age: int, genres: list[str], *, expected: bool
) -> None:
    assert is_for_children(age, genres) is expected


def test_a_sitting_of_childrens_titles_is_a_childs() -> None:
    hours = [0, 1, 2, 48, 49, 72]
    for_children = [True, True, True, False, True, False]
    assert of_a_child([3600.0 * hour for hour in hours], for_children) == {0, 1, 2}


@given(st.lists(st.tuples(st.integers(0, 500), st.booleans()), max_size=20))
def test_a_profile_that_children_mostly_use_keeps_all(plays: list[tuple[int, bool]]) -> None:
    at_s = [3600.0 * hour for hour, _ in plays]
    for_children = [flag for _, flag in plays]
    childs = of_a_child(at_s, for_children)
    assert all(for_children[place] for place in childs)
    assert len(childs) < len(plays) or not plays
    if all(for_children):
        assert not childs


def showing(viewer: ViewerFacts, change: dict[int, dict[str, Any]]) -> Showing:
    """Eighty titles, some of them changed, as a profile sees them."""
    made = [builders.title(number, **change.get(number, {})) for number in range(80)]
    shown = builders.catalogue(made)
    models = Models().fit(shown, builders.plays_of([]))
    return Showing(shown, models, viewer, 18, NOW)


def test_a_childs_evening_gives_a_grown_up_no_taste() -> None:
    cartoon: dict[str, Any] = {"genres": ["Animation"], "maturity_age": 0}
    change = {1: cartoon, 2: cartoon}
    noir = (builders.play(5, 1.0, 30 * HOUR), builders.play(6, 1.0, 60 * HOUR))
    plays = (builders.play(1, 1.0), builders.play(2, 1.0, 2 * HOUR), *noir)
    one = showing(ViewerFacts(1, plays), change)
    assert sorted(one.taste.items.tolist()) == [5, 6]
    assert "because_you_watched:" + str(builders.title_id(1)) not in [
        row.id for row in home_page(one).rows
    ]
    child = showing(ViewerFacts(1, plays, is_kids=True), change)
    assert sorted(child.taste.items.tolist()) == [1, 2, 5, 6]
    liked = ViewerFacts(1, plays, thumbs={builders.title_id(1): True})
    assert 1 in tastes.of_viewer(one.catalogue, liked, NOW).items


def test_what_is_passed_over_sinks_and_comes_back_with_time() -> None:
    passed = {builders.title_id(3): PassedOver(12, NOW)}
    plain, weary = showing(ViewerFacts(), {}), showing(ViewerFacts(passed_over=passed), {})
    assert weary.personal[3] < plain.personal[3] / 2
    shares = [passed_share(times, 0.0) for times in range(30)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == shares[2] == 1.0
    assert passed_share(12, 90 * 86_400.0) > passed_share(12, 0.0)
    assert min(shares) > 0


def test_rights_decide_by_the_viewers_country() -> None:
    only_iceland = RightsWindow(territories=["IS"])
    soon = RightsWindow(starts_at=NOW + HOUR)
    last = RightsWindow(ends_at=NOW + HOUR)
    rights = {3: only_iceland, 4: soon, 5: last}
    change: dict[int, dict[str, Any]] = {
        number: {"rights": [window]} for number, window in rights.items()
    }
    for country, expected in (("IS", True), ("NO", False), ("", False)):
        page = home_page(showing(ViewerFacts(country=country), change))
        rows = {row.kind: row for row in page.rows}
        shown = {card.name for row in page.rows if row.kind != "coming" for card in row.cards}
        assert ("Film 3" in shown) is expected
        assert "Film 4" not in shown
        assert [card.available_from for card in rows["coming"].cards] == [NOW + HOUR]
        assert [card.available_until for card in rows["leaving"].cards] == [NOW + HOUR]


def test_what_cannot_be_followed_stands_behind() -> None:
    change: dict[int, dict[str, Any]] = {0: {"audio_languages": ["fr"], "subtitle_languages": []}}
    one = showing(ViewerFacts(language="en"), change)
    assert not one.understood[0]
    assert one.visible[0]
    assert np.argmax(one.personal) != 0
    hero = home_page(one).hero
    assert hero is not None
    assert hero.card.name != "Film 0"
