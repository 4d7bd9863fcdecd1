"""The rules by which pieces of a film tell the whole, and chunks make up for what was missed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matinee.encoding.rules import (
    correction,
    curves,
    ease,
    ladder,
    quality,
    rounds,
    samples,
    windows,
)
from matinee.encoding.rules.correction import Made, Order, Piece, Redone
from matinee.encoding.rules.curves import Curve, Shot


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
    film = Film(_curve(2.5, 0.12), (-0.1,) * 32, 1.0)
    crfs, passes, made = encoded(film, 85.0, (1, 5, 9, 13, 17, 21, 25, 29))
    assert (passes, made) == (2, 32)
    assert len(set(crfs.values())) == 2
    assert film.mean(crfs) == pytest.approx(85.0, abs=0.3)


def test_the_last_of_few_chunks_make_up_for_what_the_others_missed() -> None:
    """One of the rest is harder than anybody could know; it cost no chunk twice."""
    film = Film(_curve(2.5, 0.12), (-0.4, 0.0, -0.1, -0.1, -0.1, 0.0), 1.0)
    crfs, passes, made = encoded(film, 85.0, (1, 5))
    assert (passes, made) == (4, 6)
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
    assert rest.chunks == (0, 3)
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
    film = Film(_curve(2.5, 0.12), (0.0, *(-0.1,) * 31), 1.0)
    crfs, passes, made = encoded(film, 85.0, (0,))
    assert passes == 3
    assert made < 64
    assert film.mean(crfs) == pytest.approx(85.0, abs=0.6)


@given(st.floats(0.81, 6.0), st.integers(2, 120), st.sampled_from([-1, 1]))
def test_mending_encodes_few_chunks_and_changes_them_by_little(
    off: float, count: int, sign: int
) -> None:
    """What is a little off is mended by a few chunks, none of which then stands out."""
    curve, aim = _curve(2.5, 0.12), 80.0 + sign * off
    pieces = {n: Piece(24.0, 80.0) for n in range(count)}
    film = Film(curve, (curves.odds_of(80.0) - curve.odds_at(24.0),) * count, 1.0)
    found = correction.order(curve, aim, Made([60] * count, pieces))
    assert found is not None
    crfs = dict.fromkeys(pieces, 24.0) | dict.fromkeys(found.chunks, found.crf)
    assert abs(film.mean(crfs) - aim) <= 0.5
    assert len(found.chunks) <= max(1, math.ceil(count * off / 5))
    if len(found.chunks) < count:
        assert abs(film.vmaf(0, found.crf) - 80.0) <= 5.5


def test_a_rung_that_a_cap_holds_says_so_instead_of_trying_for_ever() -> None:
    curve = _curve(2.0, 0.12)
    redone = [Redone(Piece(24.0, 80.0), Piece(20.0, 80.1))]
    held = Made([60], {0: Piece(20.0, 80.1)}, (), redone, 2)
    assert correction.order(curve, 90.0, held) is None
    assert correction.honest_aim(curve, 90.0, held) == 80.1


def test_a_step_and_one_back_say_how_steep_a_film_is() -> None:
    """What an encoder gives jumps a little, so a step back ends near where the first began."""
    film = Film(_curve(2.0, 0.12), (0.0,), 1.6)
    there, nearer, back = (Piece(crf, film.vmaf(0, crf)) for crf in (30.0, 27.0, 29.9))
    # The jump: as good as before, though less was asked for.
    back = Piece(back.crf, film.vmaf(0, 30.0) - 0.3)
    made = Made([60], {0: back}, (), (Redone(there, nearer), Redone(nearer, back)), 3)
    assert not correction.is_held(film.curve, made.redone)
    aim = film.vmaf(0, 28.4)
    following = correction.order(film.curve, aim, made)
    assert following is not None
    assert film.vmaf(0, following.crf) == pytest.approx(aim, abs=0.6)


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
