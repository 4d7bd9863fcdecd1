"""A player is told how the variant of its profile tunes it, and that is told on."""

from uuid import UUID

import pytest

from matinee.contracts.experiments import (
    BUCKETS,
    ExperimentsChanged,
    ProfileExposed,
    Running,
    RunningExperiment,
    RunningVariant,
    Settings,
)
from matinee.kernel import ids
from matinee.playback.models import Outbox
from tests.playback.conftest import Tell, Viewer

pytestmark = pytest.mark.django_db(databases=["playback"])


def varied(tell: Tell, settings: Settings, *, is_stopped: bool = False) -> UUID:
    """An experiment on everybody, of whom all are shown the same."""
    variants = [RunningVariant(key="a", weight=1, settings=settings, is_stopped=is_stopped)]
    own = RunningExperiment(
        id=ids.uuid7(), layer="player", buckets=[(0, BUCKETS)], variants=variants
    )
    tell(ExperimentsChanged(running=Running(experiments=[own])))
    return own.id


def told() -> list[ProfileExposed]:
    rows = Outbox.objects.filter(type=ProfileExposed.type).order_by("created_at", "id")
    return [ProfileExposed.model_validate(row.body) for row in rows]


def test_without_an_experiment_a_player_is_as_usual(viewer: Viewer, film: UUID) -> None:
    assert viewer.play(film)["tuning"] is None
    assert not told()


def test_a_player_is_tuned_before_and_after_play_is_pressed(
    tell: Tell, viewer: Viewer, film: UUID
) -> None:
    experiment_id = varied(tell, {"player.reserve_s": 20.0})
    with viewer.client() as client:
        warm = client.send("POST", "/api/playback/warm", json={"title_id": str(film)}).json()
    assert warm["tuning"]["reserve_s"] == 20.0
    assert not told(), "who only may press play was shown nothing"
    session = viewer.play(film)
    assert session["tuning"] == {
        "first_share": None,
        "reserve_s": 20.0,
        "ample_s": None,
        "horizon_s": None,
        "bandwidth_share": None,
        "buffer_goal_s": None,
    }
    (exposed,) = told()
    assert (exposed.experiment_id, exposed.profile_id) == (experiment_id, viewer.profile_id)
    started = Outbox.objects.get(type="playback.started").body
    assert exposed.model_dump(mode="json")["occurred_at"] == started["occurred_at"]


def test_what_was_adopted_tunes_every_player_and_counts_for_nothing(
    tell: Tell, viewer: Viewer, film: UUID
) -> None:
    adopted: Settings = {"player.buffer_goal_s": 100.0, "rows.rows_max": 9, "player.later": 1.0}
    tell(ExperimentsChanged(running=Running(adopted=adopted)))
    assert viewer.play(film)["tuning"]["buffer_goal_s"] == 100.0
    assert not told()


def test_a_stopped_variant_counts_for_nothing(tell: Tell, viewer: Viewer, film: UUID) -> None:
    varied(tell, {"player.reserve_s": 20.0}, is_stopped=True)
    viewer.play(film)
    assert not told()
