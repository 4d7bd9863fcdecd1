"""Experiments, pure: assignment, room, what is measured, and what may be concluded however often
somebody looks."""

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import numpy.typing as npt
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
from matinee.insights.rules.experiments import allotment, estimates, measures, room, sequences
from matinee.insights.rules.experiments.measures import OnePlay, Seen
from matinee.insights.rules.experiments.tallies import Tally

Numbers = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, ...]], Numbers]

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


def watched(draw: np.random.Generator, shape: tuple[int, ...]) -> Numbers:
    """Hours like those of a week: of most nobody knows any, of a few there are days."""
    return np.where(draw.random(shape) < 0.4, draw.lognormal(0.0, 1.3, shape), 0.0)


def failed(draw: np.random.Generator, shape: tuple[int, ...]) -> Numbers:
    """One profile in fifty had a play that failed."""
    return (draw.random(shape) < 0.02).astype(float)


LOOKS, EXPERIMENTS, ALPHA = 60, 300, 0.1


def looked_at(draws: tuple[Draw, Draw], sizes: tuple[int, int], seed: int) -> Iterator[list[Tally]]:
    """Experiments, each as its two tallies (first, own) at every look."""
    draw = np.random.default_rng(seed)
    for _ in range(EXPERIMENTS):
        whole = [one(draw, (LOOKS, size)) for one, size in zip(draws, sizes, strict=True)]
        tallies: list[Tally] = []
        for numbers in whole:
            n = np.arange(1, LOOKS + 1) * numbers.shape[1]
            sums, squares = numbers.sum(axis=1).cumsum(), (numbers**2).sum(axis=1).cumsum()
            means = sums / n
            rest = squares - n * means**2
            tallies += map(Tally, n.tolist(), means.tolist(), rest.tolist())
        yield tallies


def ever_claimed(tallies: list[Tally]) -> bool:
    """Whether at any look a difference was claimed."""
    found = (
        sequences.difference(own, first, ALPHA)
        for first, own in zip(tallies[:LOOKS], tallies[LOOKS:], strict=True)
    )
    return any(one is not None and (one.low > 0 or one.high < 0) for one in found)


def ever_claimed_by_a_test_of_one_look(tallies: list[Tally]) -> bool:
    for first, own in zip(tallies[:LOOKS], tallies[LOOKS:], strict=True):
        error = math.sqrt(own.variance / own.n + first.variance / first.n)
        usual = statistics.NormalDist().inv_cdf(1 - ALPHA / 2)
        many = min(own.n, first.n) >= sequences.PROFILES_MIN
        if many and abs(own.mean - first.mean) > usual * error > 0:
            return True
    return False


@pytest.mark.parametrize("draw", [watched, failed])
@pytest.mark.parametrize("sizes", [(50, 50), (90, 10)])
def test_looking_all_the_time_claims_no_more_than_allowed(
    draw: Draw, sizes: tuple[int, int]
) -> None:
    claims = naive = 0
    for tallies in looked_at((draw, draw), sizes, seed=sum(sizes) + sizes[0]):
        claims += ever_claimed(tallies)
        naive += ever_claimed_by_a_test_of_one_look(tallies)
    assert claims / EXPERIMENTS <= ALPHA
    assert naive / EXPERIMENTS > 2 * ALPHA, "what looking does to a test that is not made for it"


def test_a_difference_that_is_there_is_found_and_covered() -> None:
    def more(draw: np.random.Generator, shape: tuple[int, ...]) -> Numbers:
        return 1.4 * watched(draw, shape)

    truth = 0.4 * 0.4 * math.exp(1.3**2 / 2)
    found = 0
    outside = 0
    for tallies in looked_at((watched, more), (150, 150), seed=3):
        found += ever_claimed(tallies)
        spans = [
            sequences.difference(own, first, ALPHA)
            for first, own in zip(tallies[:LOOKS], tallies[LOOKS:], strict=True)
        ]
        outside += any(one is not None and not one.low <= truth <= one.high for one in spans)
    assert found / EXPERIMENTS > 0.9
    assert outside / EXPERIMENTS <= ALPHA


def test_too_few_say_nothing() -> None:
    few = Tally().with_numbers([1.0] * (sequences.PROFILES_MIN - 1))
    assert sequences.difference(few, Tally(10_000, 0.0, 1.0), 0.05) is None


def test_who_falls_to_the_wrong_variant_is_noticed_and_chance_is_not() -> None:
    draw = np.random.default_rng(11)
    false_alarms = 0
    for _ in range(200):
        shown = (draw.random(6_000) < 0.25).cumsum()
        looks = range(99, 6_000, 100)
        false_alarms += any(
            allotment.is_lopsided([n + 1 - int(shown[n]), int(shown[n])], [3, 1]) for n in looks
        )
    assert false_alarms <= 1
    assert allotment.is_lopsided([5_400, 4_600], [1, 1])
    assert not allotment.is_lopsided([5_050, 4_950], [1, 1])
    assert not allotment.is_lopsided([7], [1])


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
