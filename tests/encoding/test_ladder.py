"""The rules by which a film gets its own ladder: curves, hull, rungs, samples and corrections."""

import math
import random
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matinee.contracts.encoding import Trial, VideoCodec
from matinee.encoding.rules import choice, hull, ladder, samples, saved
from matinee.encoding.rules.bjontegaard import bd_rate
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
    sizes = ladder.sizes_tried(codec, size, 2160)
    own = sizes[0]
    found = []
    for place, lines in enumerate(sizes):
        shrunk = own / lines
        loss, fewer = draw(st.floats(0.5, 2.0)), draw(st.floats(0.8, 1.6))
        for crf in choice.trial_crfs(codec, place):
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


@settings(max_examples=25, deadline=None)
@given(codecs, st.data())
def test_a_curve_falls_all_the_way_however_far_from_its_trials(
    codec: VideoCodec, data: st.DataObject
) -> None:
    for curve in choice.curves_of(codec, data.draw(trials(codec, (1920, 1080)))).values():
        beyond = [
            [crf for crf in curve.crfs() if crf <= curve.known[0]],
            [crf for crf in curve.crfs() if crf >= curve.known[1]],
        ]
        for crfs in beyond:
            assert all(curve.odds_at(a) > curve.odds_at(b) for a, b in pairwise(crfs))
            assert all(curve.bitrate_bps(a) > curve.bitrate_bps(b) for a, b in pairwise(crfs))


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
