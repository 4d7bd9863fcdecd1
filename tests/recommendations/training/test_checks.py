import numpy as np
import pytest

from matinee.contracts.training import TrainingData
from matinee.recommendations.rules.candidates.interface import Plays
from matinee.recommendations.rules.candidates.popularity import DAY_S
from matinee.recommendations.rules.training.checks import Collected, checked, stops
from tests.recommendations import builders

NOW_S = builders.NOW.timestamp()


def collected(
    count: int = 2_000, *, viewers: int = 100, ahead: int = 0, unknown: int = 0, titles: int = 50
) -> Collected:
    """Plays of the last forty days, `ahead` of them tomorrow's."""
    at_s = NOW_S - np.linspace(0, 40 * DAY_S, count)
    at_s[:ahead] = NOW_S + DAY_S
    number = np.arange(count, dtype=np.int32)
    weights = np.ones(count, dtype=np.float32)
    plays = Plays(number % viewers, number // viewers, weights, at_s, NOW_S)
    return Collected(plays, titles, unknown, bounded=False)


def served(plays: int, titles: int = 50) -> TrainingData:
    return TrainingData(
        digest="0", viewers=1, titles=titles, plays=plays, from_at=None, until_at=None, settings={}
    )


def outcomes(
    what: Collected, before: TrainingData | None = None, *, erased: bool = False
) -> dict[str, str]:
    return {check.name: check.outcome for check in checked(what, before, erased=erased)}


def test_ordinary_data_are_well() -> None:
    assert set(outcomes(collected(), served(2_100)).values()) == {"well"}
    assert set(outcomes(collected(0)).values()) == {"well"}, "a service that begins"


@pytest.mark.parametrize(
    ("name", "what", "before"),
    [
        ("Plays", collected(2_000), served(5_000)),
        ("Titles", collected(titles=20), served(2_000, titles=50)),
        ("Known titles", collected(unknown=3_000), None),
        ("Times", collected(ahead=100), None),
    ],
)
def test_what_looks_broken_stops_and_says_what_to_see_to(
    name: str, what: Collected, before: TrainingData | None
) -> None:
    (stop,) = stops(checked(what, before))
    assert stop.name == name
    assert "see whether" in stop.sentence.lower()


def test_fewer_plays_are_ordinary_where_history_was_erased() -> None:
    assert outcomes(collected(), served(5_000), erased=True)["Plays"] == "note"


def test_little_is_not_judged() -> None:
    assert outcomes(collected(10), served(100))["Plays"] == "well"
    assert outcomes(collected(10, unknown=90))["Known titles"] == "well"


def test_oddities_are_told_and_do_not_stop() -> None:
    assert outcomes(collected(viewers=1))["Viewers"] == "note"
    assert outcomes(collected(ahead=1))["Times"] == "note"


def test_a_day_that_towers_over_the_others_is_told() -> None:
    usual = collected()
    burst = usual.plays.watched_at_s.copy()
    burst[:1_600] = NOW_S
    plays = Plays(usual.plays.viewers, usual.plays.items, usual.plays.weights, burst, NOW_S)
    assert outcomes(Collected(plays, 50, 0, bounded=False))["Days"] == "note"
