"""The pure rules: ladders, plans, languages, stills, storyboards, loudness."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from matinee.encoding.rules import encoders, ladder, languages, packaging, stills, storyboard
from matinee.encoding.rules.signatures import refuse_others
from matinee.encoding.rules.source import Limits, read
from matinee.encoding.rules.unfit import Unfit

sides = st.integers(16, 8192)
rates = st.sampled_from(["12.5", "24000/1001", "24", "25", "30000/1001", "30", "50", "60"])
LIMITS = Limits(8192, 8192 * 4320, 300, 0.5, 43200, 100)


@limits(max_examples=200)
@given(sides, sides, rates, st.integers(144, 2160))
def test_a_ladder_keeps_within_the_source(w: int, h: int, rate: str, lines_max: int) -> None:
    rungs = ladder.ladder((w, h), Fraction(rate), lines_max)
    assert rungs
    for rung in rungs:
        assert rung.width % 2 == rung.height % 2 == 0
        assert rung.width <= max(w, 16)
        assert rung.height <= max(h, 16)
        # Rounding to even moves a side by a pixel at most, two where the source is odd.
        if min(rung.width, rung.height) > 16:
            assert abs(rung.width * h - rung.height * w) <= 2 * (w + h)
        assert rung.bitrate_bps_max >= 100_000
    for above, below in pairwise(rungs):
        assert above.lines > below.lines
        assert above.bitrate_bps_max >= below.bitrate_bps_max
    assert len({rung.name for rung in rungs}) == len(rungs)


@limits(max_examples=100)
@given(sides, sides)
def test_an_upright_film_gets_the_same_rungs_as_a_lying_one(w: int, h: int) -> None:
    lying = ladder.ladder((w, h), Fraction(25), 2160)
    upright = ladder.ladder((h, w), Fraction(25), 2160)
    assert [(r.width, r.height) for r in lying] == [(r.height, r.width) for r in upright]


@limits(max_examples=100)
@given(sides, sides, rates, st.floats(0.5, 43200))
def test_the_quick_rung_is_affordable_or_the_least(
    w: int, h: int, rate: str, duration_s: float
) -> None:
    quick = ladder.quick_rung((w, h), Fraction(rate), duration_s, 2160)
    assert quick.lines <= 540
    assert quick.lines >= min(360, ladder.lines_of((w, h)))


def test_the_ladder_of_an_ordinary_film() -> None:
    rungs = ladder.ladder((1920, 816), Fraction(24), 2160)
    assert [(r.width, r.height) for r in rungs] == [
        (1920, 816),
        (1280, 544),
        (960, 408),
        (640, 272),
        (426, 182),
    ]


@pytest.mark.parametrize(
    ("tick", "mean", "expected"),
    [
        ("24000/1001", "24000/1001", "24000/1001"),
        ("25/2", "25/2", "25/2"),
        ("120", "120", "60"),
        ("100", "100", "50"),
        ("144", "144", "36"),
        ("90000", "2997/100", "30000/1001"),
        ("60", "23", "60"),
        ("1000", "17", "24000/1001"),
        ("1", "1", "24000/1001"),
    ],
)
def test_the_rate_that_a_film_is_encoded_at(tick: str, mean: str, expected: str) -> None:
    assert ladder.output_rate(Fraction(tick), Fraction(mean)) == Fraction(expected)


@limits(max_examples=100)
@given(st.fractions(1, 1000), st.fractions(1, 300))
def test_any_rate_becomes_one_that_can_be_shown(tick: Fraction, mean: Fraction) -> None:
    rate = ladder.output_rate(tick, mean)
    assert Fraction(19, 2) <= rate <= 60
    assert encoders.timescale(f"{rate.numerator}/{rate.denominator}") % rate.numerator == 0


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("eng", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("fre", "fr"),
        ("PT-br", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("haw", "haw"),
        ("zxx", "zxx"),
        (None, "und"),
        ("", "und"),
        ("English!", "und"),
    ],
)
def test_language_tags(written: str | None, tag: str) -> None:
    assert languages.tag(written) == tag


@given(st.text(max_size=12))
def test_any_language_gives_a_tag_that_is_its_own_tag(written: str) -> None:
    tag = languages.tag(written)
    assert languages.tag(tag) == tag
    assert languages.name(tag, "Sound 1")


@given(st.lists(st.text(max_size=20), max_size=8))
def test_labels_are_safe_and_differ(labels: list[str]) -> None:
    clean = packaging.unique_labels(labels)
    assert len(clean) == len(labels)
    assert not any(set(label) & set(',="\n\\') for label in clean)
    assert all(clean)


@given(st.floats(0.5, 20_000), sides, sides)
@limits(max_examples=60)
def test_storyboard_cues_cover_the_film(duration_s: float, w: int, h: int) -> None:
    layout = storyboard.layout((w, h), duration_s)
    cues = storyboard.webvtt(layout, duration_s)
    assert cues.count("-->") == layout.pictures
    assert max(layout.width, layout.height) <= 160
    assert layout.pictures <= layout.sheets * 100 < layout.pictures + 100
    assert (layout.pictures - 1) * layout.interval_s <= duration_s


def look(at_s: float, mean: float = 120, spread: float = 50, colour: float = 20) -> stills.Look:
    return stills.Look(at_s, mean, spread, 10, colour)


def test_stills_are_neither_black_nor_from_one_place() -> None:
    looks = [look(2.0 * n, mean=3 if n % 2 else 120) for n in range(50)]
    chosen = stills.choose(looks)
    assert len(chosen) == 5
    assert all(one.luma_mean > 50 for one in chosen)
    times = sorted(one.at_s for one in chosen)
    assert all(later - earlier >= 2 for earlier, later in pairwise(times))
    assert times[-1] - times[0] > 40


def test_a_black_film_still_gets_a_still() -> None:
    assert stills.choose([look(0, mean=0, spread=0, colour=0)])
    assert stills.choose([]) == []


def probed(**film: Any) -> dict[str, Any]:
    stream = {"index": 0, "codec_type": "video", "codec_name": "h264", "width": 640, "height": 360}
    return {"streams": [stream | film], "format": {"format_name": "mov,mp4", "duration": "3"}}


def test_a_turned_film_is_displayed_upright() -> None:
    side = [{"side_data_type": "Display Matrix", "rotation": -90}]
    found = read(probed(side_data_list=side), 1, LIMITS)
    assert found.picture.display_size == (360, 640)


def test_wide_pixels_are_squared() -> None:
    found = read(probed(width=720, height=576, sample_aspect_ratio="64:45"), 1, LIMITS)
    assert found.picture.display_size == (1024, 576)


def test_a_cover_is_no_film() -> None:
    with pytest.raises(Unfit, match="neither picture nor sound"):
        read(probed(disposition={"attached_pic": 1}), 1, LIMITS)


@pytest.mark.parametrize(
    ("film", "words"),
    [
        ({"width": 9000}, "9000 x 360"),
        ({"height": 4}, "at least 16"),
        ({"avg_frame_rate": "1000/1"}, "1000 pictures a second"),
        ({"codec_tag_string": "encv"}, "encrypted"),
        ({"codec_name": "unknown"}, "not known"),
        ({"duration": "900000"}, "hours long"),
        ({"duration": "0.1"}, "only 0.10 s"),
    ],
)
def test_what_is_too_much_is_refused(film: dict[str, Any], words: str) -> None:
    with pytest.raises(Unfit, match=words):
        read(probed(**film), 1, LIMITS)


def test_too_many_tracks_are_refused() -> None:
    many = probed()
    many["streams"] *= 101
    with pytest.raises(Unfit, match="101 tracks"):
        read(many, 1, LIMITS)


@given(st.binary(max_size=64))
def test_any_beginning_of_a_file_is_judged(head: bytes) -> None:
    sentence = "."
    try:
        refuse_others(head, len(head))
    except Unfit as verdict:
        sentence = str(verdict)
    assert sentence.endswith(".")
