"""The board of the country in which somebody is decides what their profile may play."""

from collections.abc import Callable

import pytest

from matinee.contracts.ratings import Rating
from matinee.kernel import problems, settings
from matinee.kernel.events import Event
from tests.playback.conftest import Viewer, title_event

pytestmark = pytest.mark.django_db(databases=["playback"])
FSK_12 = [Rating(system="fsk", mark="FSK 12", age=12)]
FSK_16 = [Rating(system="fsk", mark="FSK 16", age=16)]


def move_to(monkeypatch: pytest.MonkeyPatch, country: str) -> None:
    chosen = settings.Settings(country=country)
    monkeypatch.setattr(settings, "get", lambda: chosen)


def test_a_title_plays_where_its_board_lets_it(
    tell: Callable[[Event], None], viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer.entitle(streams_at_once=5)
    viewer.maturity_age = 12
    mild = title_event(maturity_age=16, ratings=FSK_12)
    grim = title_event(maturity_age=6, ratings=FSK_16)
    tell(mild)
    tell(grim)
    move_to(monkeypatch, "DE")
    playing = viewer.play(mild.title.id)
    with pytest.raises(problems.Forbidden, match="for ages 16 and up"):
        viewer.play(grim.title.id)
    move_to(monkeypatch, "AT")
    viewer.play(grim.title.id)
    with pytest.raises(problems.Forbidden, match="for ages 16 and up"):
        viewer.play(mild.title.id)
    # Whoever comes to another country with a play under way is asked there, too.
    with pytest.raises(problems.Forbidden, match="above_maturity"):
        viewer.beat(playing["session_id"], 1.0)


def test_the_next_episode_is_rated_there_too(
    tell: Callable[[Event], None], viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer.entitle(streams_at_once=5)
    viewer.maturity_age = 12
    following = title_event(kind="episode", maturity_age=0, ratings=FSK_16)
    first = title_event(kind="episode", next_episode_id=following.title.id)
    tell(following)
    tell(first)
    assert viewer.play(first.title.id)["next_title_id"] == str(following.title.id)
    move_to(monkeypatch, "DE")
    assert viewer.play(first.title.id)["next_title_id"] is None


def test_a_collection_is_chosen_from(tell: Callable[[Event], None], viewer: Viewer) -> None:
    viewer.entitle()
    event = title_event(kind="collection")
    tell(event)
    with pytest.raises(problems.Conflict, match="choose one of its titles"):
        viewer.play(event.title.id)
