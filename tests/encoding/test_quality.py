"""Measuring: which frames, and that the figures are those of VMAF over whole films."""

from collections import Counter
from itertools import pairwise
from statistics import fmean as mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.encoding.rules import quality, windows
from matinee.encoding.rules.quality import Measured

rates = st.sampled_from(["24/1", "25/2", "30000/1001", "60/1"])


@given(st.integers(1, 100_000), st.integers(1, 500), st.integers(0, 10_000))
def test_threes_lie_in_the_window_and_apart(frames: int, count: int, turn: int) -> None:
    starts = quality.threes(frames, count, turn)
    assert len(starts) == min(count, frames // quality.THREE)
    assert all(0 <= start <= frames - quality.THREE for start in starts)
    assert all(b - a >= quality.THREE for a, b in pairwise(starts))


@pytest.mark.parametrize("gop", [25, 30, 48, 50, 60, 120])
@pytest.mark.parametrize(("gops", "threes", "chunks"), [(5, 5, 3), (2, 5, 6), (1, 5, 24)])
def test_all_kinds_of_pictures_are_measured_alike(
    gop: int, gops: int, threes: int, chunks: int
) -> None:
    """Encoders make every second or fourth picture better; a comb would see only those."""
    turns = range(0, 5 * chunks, 5)
    starts = [at for turn in turns for at in quality.threes(gop * gops, gops * threes, turn)]
    for period in (2, 4):
        kinds = Counter((start + 1) % period for start in starts)
        shares = [period * kinds[kind] / len(starts) for kind in range(period)]
        assert min(shares) > 0.4
        assert max(shares) < 1.6


@pytest.mark.parametrize(("frames", "count"), [(60, 5), (120, 10), (50, 5), (240, 25)])
def test_every_picture_may_be_measured_but_the_ends(frames: int, count: int) -> None:
    """Keyframes stand at even distances; left out, every film would look worse than it is."""
    seen = {at + 1 for turn in range(1000) for at in quality.threes(frames, count, turn)}
    assert seen == set(range(1, frames - 1))


@given(st.integers(1, 300_000), rates)
def test_what_is_measured_lies_in_its_chunk_and_is_bounded(frames: int, rate: str) -> None:
    seen = 0
    for window in windows.chunks(frames, rate):
        looks = quality.looks(window, frames)
        if looks is None:
            continue
        seen += 1
        there = max(1, window.frames // windows.gop_frames(rate))
        assert looks.gops >= 1
        assert looks.first_gop + looks.gops <= there
    assert 1 <= seen <= 120


@given(st.lists(st.floats(-2, 3), min_size=30, max_size=30))
def test_what_is_measured_of_a_chunk_is_as_easy_as_all_of_it(eases: list[float]) -> None:
    for number, window in enumerate(windows.chunks(1800, "30/1")):
        found = quality.looks(window, 1800, eases)
        assert found is not None
        part = quality.looked(window, found)
        assert part.frames == found.gops * 60
        here = eases[5 * number : 5 * number + 5]
        off = [abs(mean(here[n : n + found.gops]) - mean(here)) for n in range(6 - found.gops)]
        assert off[found.first_gop] == min(off)


def test_a_verdict_weighs_by_length_and_knows_the_worst() -> None:
    parts = [
        Measured(frames=300, scores=(90.0,) * 30, vmaf=90.0),
        Measured(frames=100, scores=(50.0,) * 10, vmaf=50.0),
        Measured(frames=300, scores=(), vmaf=None),
    ]
    verdict = quality.verdict(parts)
    assert verdict is not None
    assert verdict.vmaf == pytest.approx(80.0)
    assert verdict.low == pytest.approx(50.0)
    assert verdict.frames_measured == 40
    assert quality.verdict([]) is None


def test_taller_films_are_asked_with_the_model_for_them() -> None:
    assert quality.model((1920, 1080)) == ("version=vmaf_v0.6.1", (1920, 1080))
    assert quality.model((3840, 2160)) == ("version=vmaf_4k_v0.6.1", (3840, 2160))
    assert quality.model((7680, 4320)) == ("version=vmaf_4k_v0.6.1", (3840, 2160))
