"""Experiments, pure: assignment, room, what is measured, and what stops a variant."""

import statistics
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.contracts.experiments import (
    BUCKETS,
    VARIABLES,
    Layer,
    Running,
    RunningExperiment,
    RunningVariant,
    assigned,
    settings_for,
)
from matinee.contracts.experiments import studio as messages
from matinee.insights.rules.experiments import estimates, measures, room
from matinee.insights.rules.experiments.measures import OnePlay, Seen
from matinee.insights.rules.experiments.tallies import Tally

SHOWN = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)


def profiles(count: int) -> Iterator[UUID]:
    """Ids like those of real profiles: made one after the other, random only in their end."""
    draw = np.random.default_rng(7)
    for number in range(count):
        yield UUID(int=(0x0195 << 112) + (number << 72) + int(draw.integers(2**62)))


def running(*weights: int, number: int = 1, layer: Layer = "rows", share: float = 1) -> Running:
    variants = [
        RunningVariant(key=key, weight=weight, settings={"rows.rows_max": 4 + place})
        for place, (key, weight) in enumerate(zip("abcdef", weights, strict=False))
    ]
    buckets = [(0, round(share * BUCKETS))]
    own = RunningExperiment(id=UUID(int=number), layer=layer, buckets=buckets, variants=variants)
    return Running(experiments=[own])


def variant_of(what: Running, profile_id: UUID, layer: Layer = "rows") -> str:
    own = assigned(what, layer, profile_id)
    return "" if own is None else own.variant.key


def test_profiles_fall_to_variants_by_weight_and_stay_there() -> None:
    what = running(3, 1, share=0.5)
    many = list(profiles(8_000))
    first = [variant_of(what, one) for one in many]
    assert first == [variant_of(Running.model_validate(what.model_dump()), one) for one in many]
    counts = Counter(first)
    assert counts[""] == pytest.approx(4_000, abs=200)
    assert counts["a"] == pytest.approx(3 * counts["b"], rel=0.1)


def test_layers_and_experiments_know_nothing_of_each_other() -> None:
    """Of those who are shown `b` in one, half are in the other, and half of them are shown `b`."""
    one, other = running(1, 1), running(1, 1, number=2, layer="player", share=0.5)
    shown_b = [own for own in profiles(8_000) if variant_of(one, own) == "b"]
    within = Counter(variant_of(other, own, "player") for own in shown_b)
    assert within[""] == pytest.approx(len(shown_b) / 2, rel=0.07)
    assert within["a"] == pytest.approx(within["b"], rel=0.1)


def test_two_experiments_of_a_layer_share_nobody() -> None:
    low, high = running(1, 1).experiments[0], running(1, 1, number=2).experiments[0]
    half = BUCKETS // 2
    both = Running(
        experiments=[
            low.model_copy(update={"buckets": [(0, half)]}),
            high.model_copy(update={"buckets": [(half, BUCKETS)]}),
        ]
    )
    for own in profiles(500):
        bucket_in = [one.id for one in both.experiments if assigned(
            Running(experiments=[one]), "rows", own
        )]  # fmt: skip
        assert len(bucket_in) == 1


def test_a_stopped_variant_shows_what_the_first_one_does_and_counts_no_more() -> None:
    what = running(1, 1)
    first, second = what.experiments[0].variants
    stopped = what.experiments[0].model_copy(
        update={"variants": [first, second.model_copy(update={"is_stopped": True})]}
    )
    after = Running(experiments=[stopped], adopted={"rows.variety": 0.5, "rows.rows_max": 9})
    own = next(one for one in profiles(50) if variant_of(what, one) == "b")
    shown = assigned(after, "rows", own)
    assert shown is not None
    assert (shown.variant.key, shown.counts) == ("b", False)
    assert settings_for(after, ["rows"], own) == {"rows.variety": 0.5, "rows.rows_max": 4}


@given(
    st.lists(st.tuples(st.integers(0, BUCKETS), st.integers(0, BUCKETS)), max_size=6),
    st.integers(1, BUCKETS),
)
def test_room_is_taken_where_nobody_is(drawn: list[tuple[int, int]], wanted: int) -> None:
    taken: list[room.Range] = []
    for one, other in drawn:  # as experiments take it: from what is free
        taken += room.take(abs(one - other), taken) or [] if one != other else []
    left = BUCKETS - room.size(taken)
    got = room.take(wanted, taken)
    assert (got is None) == (left < wanted)
    if got is not None:
        held = np.zeros(BUCKETS, dtype=int)
        for first, last in (*taken, *got):
            held[first:last] += 1
        assert held.max() == 1
        assert room.size(got) == wanted


@given(st.lists(st.lists(st.floats(-1e6, 1e6), max_size=20), max_size=6))
def test_a_tally_knows_mean_and_variance_of_all(batches: list[list[float]]) -> None:
    tally = Tally()
    for batch in batches:
        tally = tally.with_numbers(batch)
    every = [number for batch in batches for number in batch]
    assert tally.n == len(every)
    if len(every) > 1:
        scale = max(map(abs, every)) + 1
        assert tally.mean == pytest.approx(statistics.fmean(every), abs=1e-9 * scale)
        assert tally.variance == pytest.approx(statistics.variance(every), abs=1e-7 * scale**2)


def play(hours: float, **told: float | bool) -> OnePlay:
    at = SHOWN + timedelta(hours=hours)
    return OnePlay(UUID(int=int(hours)), at, 1800.0, **told)  # type: ignore[arg-type]


def test_each_measure_is_what_its_sentence_says() -> None:
    seen = Seen(
        SHOWN,
        [
            play(0, startup_s=1.0, played_s=90.0, stalled_s=10.0, has_failed=False),
            play(0.5, startup_s=3.0, played_s=0.0, stalled_s=0.0, has_failed=True),
            play(23.9),
            play(24.1),
        ],
    )
    outcome = {name: own[0] for name, own in measures.numbers(measures.OUTCOMES, [seen]).items()}
    assert outcome == {"watched_hours": 2.0, "plays": 4.0, "titles": 3.0, "active_days": 2.0}
    quality = {name: own[0] for name, own in measures.numbers(measures.QUALITY, [seen]).items()}
    assert quality == {"startup_s": 2.0, "rebuffer_ratio": 0.1, "failed_share": 0.5}


def test_who_did_nothing_counts_for_outcomes_and_not_for_quality() -> None:
    nothing = Seen(SHOWN, [])
    assert measures.numbers(measures.OUTCOMES, [nothing])["watched_hours"] == [0.0]
    assert all(own == [] for own in measures.numbers(measures.QUALITY, [nothing]).values())


def harmed(startup_s: float, spread_s: float = 0.5, n: int = 2_000) -> str | None:
    squares = spread_s**2 * (n - 1)
    tallies = {
        ("startup_s", "a"): Tally(n, 1.0, squares),
        ("startup_s", "b"): Tally(n, startup_s, squares),
    }
    found = estimates.estimates(tallies, ["a", "b"], 0.05)
    return estimates.harm(found, "b", messages.Tolerances(startup_s=0.1))


def test_a_variant_is_stopped_only_when_it_is_surely_worse_than_allowed() -> None:
    assert harmed(1.02) is None, "a little worse is allowed"
    assert harmed(0.5) is None, "better is no harm"
    assert harmed(1.3, spread_s=20.0) is None, "it may be chance"
    assert harmed(1.3, n=50) is None, "too few"
    why = harmed(1.3)
    assert why is not None
    assert why.startswith("Start-up is worse by 0.2")


def test_what_is_compared_is_divided_among_variants() -> None:
    """With more variants each of them must be surer, so that all are right together."""
    tally = Tally(5_000, 1.0, 5_000.0)
    tallies = {("plays", key): tally for key in "abcd"}

    def width(keys: str) -> float:
        found = estimates.estimates(tallies, list(keys), 0.05)
        own = next(one for one in found if (one.measure, one.variant) == ("plays", "b"))
        assert own.high is not None
        assert own.low is not None
        return own.high - own.low

    assert width("abcd") > width("ab")


@pytest.mark.parametrize(
    ("layer", "settings", "why"),
    [
        ("rows", {"rows.rows_max": 100}, "from 4 to 40"),
        ("rows", {"rows.rows_max": 5.5}, "a whole number"),
        ("rows", {"rows.left_out": "everything"}, "must be one of"),
        ("rows", {"player.reserve_s": 10.0}, "cannot be varied here"),
        ("ranking", {"ranking.fresh_share": float("nan")}, "from 0 to 1"),
        ("ranking", {"ranking.order": 1}, "must be one of"),
    ],
)
def test_what_cannot_be_varied_is_refused_with_what_would_be_right(
    layer: Layer, settings: dict[str, object], why: str
) -> None:
    variants = [{"name": "As usual"}, {"name": "Other", "settings": settings}]
    with pytest.raises(ValueError, match=why):
        messages.ExperimentDraft.model_validate(
            {"name": "Try", "layer": layer, "variants": variants}
        )


def test_every_usual_value_may_be_chosen() -> None:
    for variable in VARIABLES.values():
        assert variable.sentence
        if variable.usual is not None:
            variable.check(variable.usual)
