"""The rules by which a film gets its own ladder: curves, hull, rungs, samples and corrections."""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matinee.contracts.encoding import Trial, VideoCodec
from matinee.encoding.rules import (
    choice,
    correction,
    curves,
    ease,
    hull,
    ladder,
    quality,
    rounds,
    samples,
    saved,
    windows,
)
from matinee.encoding.rules.bjontegaard import bd_rate
from matinee.encoding.rules.correction import Made, Order, Piece, Redone
from matinee.encoding.rules.curves import Curve, Shot
from matinee.encoding.rules.source import Picture
from matinee.encoding.rules.windows import gop_frames

rungs_of_a_ladder = st.lists(
    st.tuples(st.floats(1.2, 3.0), st.floats(1.0, 15.0)), min_size=2, max_size=8
).map(
    lambda steps: [
        (1e5 * math.prod(ratio for ratio, _ in steps[:n]), 20 + sum(up for _, up in steps[:n]) / 2)
        for n in range(1, len(steps) + 1)
    ]
)
codecs = st.sampled_from(["h264", "av1"])
sides = st.integers(16, 2200).map(lambda n: 2 * n)


@given(rungs_of_a_ladder, st.floats(0.3, 3.0))
def test_the_same_quality_for_a_share_of_the_bits_is_that_share(
    points: list[tuple[float, float]], share: float
) -> None:
    less = [(bps * share, vmaf) for bps, vmaf in points]
    measured = bd_rate(points, less)
    if measured is not None:
        assert measured == pytest.approx(share - 1, abs=1e-6)


@given(rungs_of_a_ladder, rungs_of_a_ladder)
def test_the_difference_the_other_way_round_is_the_inverse(
    one: list[tuple[float, float]], other: list[tuple[float, float]]
) -> None:
    there, back = bd_rate(one, other), bd_rate(other, one)
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert (1 + there) * (1 + back) == pytest.approx(1, rel=1e-6)


@given(rungs_of_a_ladder, st.randoms())
def test_a_beaten_rung_and_the_order_do_not_count(
    points: list[tuple[float, float]], chance: random.Random
) -> None:
    beaten = [(points[-1][0] * 1.5, points[-1][1] - 1)]
    mixed = [*points, *beaten]
    chance.shuffle(mixed)
    found = bd_rate(points, mixed)
    assert found is None or found == pytest.approx(0, abs=1e-9)


def test_nothing_is_said_where_nothing_is_common() -> None:
    assert bd_rate([(1e5, 20), (2e5, 30)], [(1e5, 40), (2e5, 50)]) is None
    assert bd_rate([(1e5, 20)], [(1e5, 20), (2e5, 50)]) is None


@st.composite
def trials(draw: st.DrawFn, codec: VideoCodec, size: tuple[int, int]) -> list[Trial]:
    """Trials of a film that obeys the shapes that films have."""
    steep, start = draw(st.floats(0.06, 0.22)), draw(st.floats(1.5, 4.5))
    bits, halving = draw(st.floats(2e5, 2e7)), draw(st.floats(0.08, 0.14))
    own = ladder.sizes_tried(codec, size, 2160)[0]
    found = []
    for lines in ladder.sizes_tried(codec, size, 2160):
        shrunk = own / lines
        loss, fewer = draw(st.floats(0.5, 2.0)), draw(st.floats(0.8, 1.6))
        for crf in choice.trial_crfs(codec, tallest=lines == own):
            odds = start - loss * math.log2(shrunk) - steep * (crf - 24)
            bps = bits / shrunk**fewer * math.exp(-halving * (crf - 24))
            found.append(
                Trial(
                    codec=codec,
                    lines=lines,
                    crf=crf,
                    bitrate_bps=max(1000, round(bps)),
                    vmaf=100 / (1 + math.exp(-odds)),
                    on_hull=False,
                )
            )
    return found


@settings(max_examples=25, deadline=None)
@given(codecs, sides, sides, st.data())
def test_a_ladder_steps_down_from_the_source(
    codec: VideoCodec, width: int, height: int, data: st.DataObject
) -> None:
    assume(1 / 8 < width / height < 8)
    film = Picture(index=0, codec="h264", width=width, height=height)
    tried = data.draw(trials(codec, (width, height)))
    rungs = choice.rungs(codec, tried, film, "24/1")
    assert 1 <= len(rungs) <= choice.SPACINGS[codec].rungs_max
    assert len({rung.name for rung in rungs}) == len(rungs)
    for rung in rungs:
        assert rung.width <= width
        assert rung.height <= height
        assert rung.lines in {one.lines for one in tried}
        assert rung.codec == codec
        assert rung.vmaf_aim is not None
        assert rung.vmaf_aim <= choice.VMAF_TOP + 3
    for above, below in pairwise(rungs):
        assert above.vmaf_aim is not None
        assert below.vmaf_aim is not None
        assert above.vmaf_aim > below.vmaf_aim
        assert above.bitrate_bps_max >= below.bitrate_bps_max


@settings(max_examples=25, deadline=None)
@given(codecs, st.data())
def test_no_spot_of_any_size_lies_above_the_hull(codec: VideoCodec, data: st.DataObject) -> None:
    by_lines = choice.curves_of(codec, data.draw(trials(codec, (1920, 1080))))
    line = hull.concave(hull.spots_of(by_lines))
    slopes = [(b.vmaf - a.vmaf) / (b.bitrate_bps - a.bitrate_bps) for a, b in pairwise(line)]
    assert all(slope > 0 for slope in slopes)
    assert all(first >= second for first, second in pairwise(slopes))
    for lines, curve in by_lines.items():
        for crf in curve.known_crfs()[::7]:
            bps, vmaf = curve.bitrate_bps(crf), curve.vmaf(crf)
            over = [s for s in line if s.bitrate_bps >= bps]
            under = [s for s in line if s.bitrate_bps <= bps]
            if over and under:
                a, b = under[-1], over[0]
                share = (bps - a.bitrate_bps) / max(1e-9, b.bitrate_bps - a.bitrate_bps)
                assert vmaf <= a.vmaf + share * (b.vmaf - a.vmaf) + 1e-6, lines


@settings(max_examples=25, deadline=None)
@given(codecs, st.data())
def test_a_curve_goes_through_what_it_was_fitted_to(codec: VideoCodec, data: st.DataObject) -> None:
    tried = data.draw(trials(codec, (1280, 720)))
    by_lines = choice.curves_of(codec, tried)
    for one in tried:
        curve = by_lines[one.lines]
        assert curve.vmaf(one.crf) == pytest.approx(min(max(one.vmaf, 1.0), 98.5), abs=0.01)
        assert curve.bitrate_bps(one.crf) == pytest.approx(one.bitrate_bps, rel=0.01)


def _curve(start: float, steep: float) -> Curve:
    shots = [
        Shot(
            crf,
            1e6 * math.exp(-0.11 * (crf - 24)),
            100 / (1 + math.exp(steep * (crf - 24) - start)),
        )
        for crf in (22.0, 28.0, 34.0)
    ]
    return curves.fit("h264", shots)


@dataclass(frozen=True)
class Film:
    """A film whose chunks are each a little harder or easier, and steeper than its samples."""

    curve: Curve
    off: tuple[float, ...]
    steeper: float
    ease: tuple[float, ...] = ()

    def vmaf(self, chunk: int, crf: float) -> float:
        odds = self.curve.odds_at(24) + self.off[chunk]
        return curves.vmaf_of(
            odds + self.steeper * (self.curve.odds_at(crf) - self.curve.odds_at(24))
        )

    def mean(self, crfs: Mapping[int, float]) -> float:
        return sum(self.vmaf(n, crf) for n, crf in crfs.items()) / len(crfs)


def encoded(film: Film, aim: float, first: tuple[int, ...]) -> tuple[dict[int, float], int, int]:
    """What each chunk is encoded with in the end, after how many rounds and chunks."""
    start = min(film.curve.crfs(), key=lambda crf: abs(film.curve.vmaf(crf) - aim))
    crfs: dict[int, float] = {}
    redone: list[Redone] = []
    following: Order | None = Order(start, first)
    passes = made = 0
    while following is not None:
        passes += 1
        made += len(following.chunks)
        for n in following.chunks:
            piece = Piece(following.crf, film.vmaf(n, following.crf))
            if n in crfs:
                redone.append(Redone(Piece(crfs[n], film.vmaf(n, crfs[n])), piece))
            crfs[n] = following.crf
        pieces = {n: Piece(crf, film.vmaf(n, crf)) for n, crf in crfs.items()}
        there = Made([60] * len(film.off), pieces, film.ease, redone, passes)
        following = correction.order(film.curve, aim, there)
    return crfs, passes, made


@settings(deadline=None)
@given(
    st.floats(1.0, 3.5),
    st.floats(0.09, 0.2),
    st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=12),
    st.floats(0.75, 1.35),
    st.floats(40, 95),
    st.data(),
)
def test_rounds_enough_end_near_the_aim_where_samples_misled(  # noqa: PLR0913, PLR0917
    start: float,
    steep: float,
    off: list[float],
    steeper: float,
    aim: float,
    data: st.DataObject,
) -> None:
    film = Film(_curve(start, steep), tuple(off), steeper)
    every = range(len(off))
    reachable = [film.mean(dict.fromkeys(every, crf)) for crf in (16.0, 42.0)]
    assume(reachable[1] + 1 < aim < reachable[0] - 1)
    first = data.draw(st.sets(st.sampled_from(every), min_size=max(1, len(off) // 4)))
    crfs, passes, _ = encoded(film, aim, tuple(sorted(first)))
    assert set(crfs) == set(every)
    assert passes <= correction.ROUNDS_MAX
    assert abs(film.mean(crfs) - aim) <= correction.DEVIATION_MAX


def test_the_rest_of_a_film_makes_up_for_its_first_chunks() -> None:
    """Samples that were a little too easy cost no chunk twice."""
    film = Film(_curve(2.5, 0.12), (-0.1,) * 8, 1.0)
    crfs, passes, made = encoded(film, 85.0, (1, 5))
    assert (passes, made) == (2, 8)
    assert len(set(crfs.values())) == 2
    assert film.mean(crfs) == pytest.approx(85.0, abs=0.3)


def test_chunks_that_are_known_to_be_hard_do_not_mislead() -> None:
    """What went ahead looks bad because it is the hard part, and the film meets its aim."""
    eases = (0.5, -0.5, 0.5, 0.5, 0.5, -0.5)
    off = tuple(ease.slope(2.0) * one for one in eases)
    film = Film(_curve(2.0, 0.12), off, 1.0, eases)
    aim = film.mean(dict.fromkeys(range(6), 24.0))
    start = {n: Piece(24.0, film.vmaf(n, 24.0)) for n in (1, 5)}
    rest = correction.order(film.curve, aim, Made([60] * 6, start, eases))
    assert rest is not None
    assert rest.chunks == (0, 2, 3, 4)
    assert rest.crf == pytest.approx(24.0, abs=0.8)
    misled = correction.order(film.curve, aim, Made([60] * 6, start))
    assert misled is not None
    assert misled.crf < rest.crf - 1


@given(st.lists(st.floats(-2, 3), min_size=1, max_size=60), st.integers(1, 8), st.floats(-2, 3))
def test_pieces_tell_the_film_where_their_ease_is_known(
    eases: list[float], wanted: int, level: float
) -> None:
    """However few they are, and whichever they are chosen from."""
    whole = [curves.vmaf_of(level + ease.slope(level) * (one - eases[0])) for one in eases]
    assume(5 < min(whole) <= max(whole) < 97)
    chosen = samples.choose([1000] * len(eases), wanted, eases)
    told = ease.film_vmaf(eases, [(eases[n], whole[n]) for n in chosen])
    mean = sum(whole) / len(whole)
    blind = sum(whole[n] for n in chosen) / len(chosen)
    assert abs(told - mean) <= max(2.5, abs(blind - mean))


def test_nothing_known_of_ease_moves_nothing() -> None:
    assert ease.film_vmaf([], [(0.0, 80.0), (0.0, 60.0)]) == pytest.approx(70.0)
    assert ease.moved(71.0, 0.3, 0.3) == pytest.approx(71.0)
    assert ease.moved(71.0, 0.3, 0.9) > 71.0 > ease.moved(71.0, 0.3, -0.9)


@given(st.integers(1, 2000), st.sampled_from(["10", "25", "30000/1001", "60"]), st.data())
def test_each_gop_gets_the_ease_of_its_own_pictures(
    frames: int, rate: str, data: st.DataObject
) -> None:
    gop = windows.gop_frames(rate)
    whole_gops, left = divmod(frames, gop)
    places = ease.places(frames, rate)
    held = [gop] * whole_gops + ([left] if left else [])
    threes = [sum(at + 3 <= here for at in places) for here in held]
    wanted = data.draw(st.lists(st.floats(5, 95), min_size=len(held), max_size=len(held)))
    scores = [w for w, count in zip(wanted, threes, strict=True) for _ in range(count)]
    found = ease.of_gops(scores, frames, rate)
    assert len(found) == len(held)
    for odds, vmaf, count in zip(found, wanted, threes, strict=True):
        assert not count or curves.vmaf_of(odds) == pytest.approx(vmaf, abs=0.01)


def test_first_chunks_that_missed_by_far_are_encoded_again() -> None:
    film = Film(_curve(2.5, 0.12), (-0.6,) * 8, 1.0)
    crfs, passes, made = encoded(film, 85.0, (1, 5))
    assert (passes, made) == (2, 10)
    assert len(set(crfs.values())) == 1


def test_a_small_miss_is_mended_by_a_few_chunks() -> None:
    """The rest was harder than what went ahead."""
    film = Film(_curve(2.5, 0.12), (0.0, *(-0.08,) * 7), 1.0)
    crfs, passes, made = encoded(film, 85.0, (0,))
    assert passes == 3
    assert made < 16
    assert film.mean(crfs) == pytest.approx(85.0, abs=0.6)


def test_a_rung_that_a_cap_holds_says_so_instead_of_trying_for_ever() -> None:
    curve = _curve(2.0, 0.12)
    redone = [Redone(Piece(24.0, 80.0), Piece(20.0, 80.1))]
    held = Made([60], {0: Piece(20.0, 80.1)}, (), redone, 2)
    assert correction.order(curve, 90.0, held) is None
    assert correction.honest_aim(curve, 90.0, held) == 80.1


def test_what_is_near_enough_is_left_alone() -> None:
    near = Made([60], {0: Piece(24.0, 90.5)})
    assert correction.order(_curve(2.0, 0.12), 90.0, near) is None


def test_what_nobody_measured_is_encoded_as_it_was_planned() -> None:
    some = Made([60, 60], {1: Piece(24.0, None)})
    assert correction.order(_curve(2.0, 0.12), 90.0, some) == Order(24.0, (0,))


@given(st.integers(1, 3000), st.lists(st.integers(1, 10**6), max_size=60))
def test_what_goes_ahead_is_measured_and_a_part_of_the_film(count: int, bits: list[int]) -> None:
    cuts = windows.chunks(count * 250, "25")
    rung = ladder.rung_of("h264-1", (640, 360), 360, Fraction(25), 22)
    first = rounds.ahead([rung], cuts, bits).chunks["h264-1"]
    assert first == tuple(sorted(set(first)))
    assert all(quality.looks(cuts[n], count * 250) is not None for n in first) or count < 3
    assert len(first) == count if count < 3 else 1 <= len(first) <= math.ceil(count / 4)


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=400), st.integers(1, 12))
def test_samples_are_gops_of_the_film_in_its_own_proportion(bits: list[int], wanted: int) -> None:
    chosen = samples.choose(bits, wanted)
    assert len(chosen) == min(wanted, len(bits))
    assert list(chosen) == sorted(set(chosen))
    assert all(0 <= n < len(bits) for n in chosen)
    logs = [math.log(n) for n in bits]
    spread = max(logs) - min(logs)
    mean = sum(math.log(bits[n]) for n in chosen) / len(chosen)
    assert abs(mean - sum(logs) / len(logs)) <= spread * (0.5 + 1e-9) + 1e-9


@settings(deadline=None)
@given(st.integers(1, 400_000), st.sampled_from(["24/1", "25/2", "30000/1001", "60/1"]))
def test_samples_lie_within_the_film(frames: int, rate: str) -> None:
    for window in samples.windows([], frames, rate):
        assert window.first_frame >= 0
        assert window.frames >= 1
        assert window.first_frame + window.frames <= frames
        assert window.first_frame % gop_frames(rate) == 0


@pytest.mark.parametrize("codec", ["h264", "av1"])
def test_what_is_saved_is_said_from_trials_alone(codec: VideoCodec) -> None:
    tried = [
        Trial(
            codec=kind,
            lines=lines,
            crf=crf,
            bitrate_bps=round(4e6 * share * (lines / 1080) ** 1.2 * math.exp(-0.11 * (crf - 24))),
            vmaf=100 / (1 + math.exp(0.13 * (crf - 24) - 2.9 + math.log2(1080 / lines))),
            on_hull=False,
        )
        for kind, share in (("h264", 1.0), ("av1", 0.5))
        for lines in ladder.sizes_tried("h264", (1920, 1080), 2160)
        for crf in (24.0, 31.0)
    ]
    against = saved.saved(codec, tried, (1920, 1080))
    assert against is not None
    assert -0.2 < against < 0.9
    assert saved.saved("av1", [t for t in tried if t.codec == "av1"], (1920, 1080)) is None


def test_fixed_ladders_never_exceed_the_source() -> None:
    assert max(lines for lines, _ in saved.fixed(saved.APPLE, 576)) == 540
    assert [bps for _, bps in saved.fixed(saved.NETFLIX, 300)] == [235_000, 375_000]


@settings(deadline=None)
@given(codecs, sides, sides)
def test_each_size_is_tried_in_one_step(codec: VideoCodec, width: int, height: int) -> None:
    size = (width, height)
    heads = ladder.trial_lines(codec, size, 2160)
    together = [n for head in heads for n in ladder.tried_together(codec, size, head)]
    assert together == list(ladder.sizes_tried(codec, size, 2160))
    assert Fraction(together[0]) <= min(2160, ladder.lines_of(size))
