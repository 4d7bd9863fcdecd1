"""A long film is looked at, and its samples are tried, in parts that encoders do side by side."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.contracts.encoding import Trial
from matinee.encoding import actions, queries
from matinee.encoding.models import Encode, Step
from matinee.encoding.rules import ease, plan, samples
from matinee.encoding.steps import gauging, trials
from matinee.encoding.steps.hands import Hands
from matinee.encoding.steps.work import work_once
from tests.encoding.conftest import work_until_idle

needs_records = pytest.mark.django_db(databases="__all__", transaction=True)
rates = st.sampled_from(["24/1", "25/2", "30000/1001", "60/1"])


@given(st.floats(0.04, 20_000), st.integers(1, 600_000), rates, st.floats(1, 99))
def test_parts_are_the_film_cut_at_its_gops(
    film_s: float, frames: int, rate: str, score: float
) -> None:
    count = ease.parts(film_s)
    parts = [ease.part(frames, rate, n, count) for n in range(count)]
    ends = [part.first_frame + part.frames for part in parts]
    assert [part.first_frame for part in parts] == [0, *ends[:-1]]
    assert ends[-1] == frames
    lengths = [len(ease.scored([], part, frames)) for part in parts]
    scores = [score + n % 7 / 7 for n in range(sum(lengths))]
    of_parts = [
        one
        for n, (part, length) in enumerate(zip(parts, lengths, strict=True))
        for one in ease.scored(scores[sum(lengths[:n]) :][:length], part, frames)
    ]
    assert ease.of_gops(of_parts, frames, rate) == ease.of_gops(scores, frames, rate)


def test_what_is_missing_of_a_part_moves_nothing_of_the_next() -> None:
    one, other = (ease.part(600, "30/1", n, 2) for n in range(2))
    whole = [*ease.scored([50.0], one, 600), *ease.scored([90.0] * 10, other, 600)]
    found = ease.of_gops(whole, 600, "30/1")
    assert found[5:] == ease.of_gops([90.0] * 20, 600, "30/1")[5:]


@given(st.floats(0.04, 20_000))
def test_every_sample_is_tried_in_one_part(film_s: float) -> None:
    looks, count = list(range(samples.count(film_s))), samples.parts(film_s)
    tried = [samples.part(looks, n, count) for n in range(count)]
    assert [one for part in tried for one in part] == looks
    assert all(tried)


@needs_records
def test_parts_come_to_what_the_whole_comes_to(
    ffmpeg: Path,
    tmp_path: Path,
    encoder: Callable[[Path], Encode],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ease, "_ALONE_S", 10.0)
    monkeypatch.setattr(ease, "_PART_S", 8.0)
    monkeypatch.setattr(samples, "_TOGETHER", 1)
    film = _drawn(ffmpeg, tmp_path, "rate=12:duration=25,noise=alls=20:allf=t")
    encode = encoder(film)
    gauged = _as_a_whole(plan.GAUGE, gauging.gauge, monkeypatch)
    tried = _as_a_whole("trial-h264-240", trials.trial, monkeypatch)
    work_until_idle()
    (facts,) = queries.facts_of(encode.pk, plan.GAUGE).values()
    assert len(facts["ease"]) == 13
    assert facts["ease"] == pytest.approx(gauged["ease"], abs=0.02)
    (facts,) = queries.facts_of(encode.pk, "trial-h264-240").values()
    for part, alone in zip(facts["trials"], tried["trials"], strict=True):
        one, other = Trial.model_validate(part), Trial.model_validate(alone)
        assert (one.lines, one.crf) == (other.lines, other.crf)
        assert one.bitrate_bps == pytest.approx(other.bitrate_bps, rel=0.1)
        assert one.vmaf == pytest.approx(other.vmaf, abs=1.0)
    encode.refresh_from_db()
    assert encode.status == Encode.Status.DONE
    steps = Step.objects.filter(encode=encode).values_list("group", flat=True)
    assert list(steps).count("ease") == 4
    assert list(steps).count("sample-h264-240") == 2


@needs_records
def test_a_film_of_few_pictures_has_parts_with_none(
    ffmpeg: Path, tmp_path: Path, encoder: Callable[[Path], Encode]
) -> None:
    """Slides: a picture every twelve seconds, for longer than what is looked at as a whole."""
    film = _drawn(ffmpeg, tmp_path, "rate=1/12:duration=192")
    encode = encoder(film)
    work_until_idle(200)
    encode.refresh_from_db()
    assert encode.status == Encode.Status.DONE, encode.error
    assert queries.facts_of(encode.pk, "ease-")


def _drawn(ffmpeg: Path, folder: Path, how: str) -> Path:
    film = folder / "film.mkv"
    drawn = ["-f", "lavfi", "-i", f"testsrc2=size=426x240:{how}"]
    codec = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-pix_fmt", "yuv420p"]
    command = [str(ffmpeg), "-v", "error", *drawn, *codec, str(film)]
    subprocess.run(command, check=True, timeout=60)
    return film


def _as_a_whole(
    name: str, do: Callable[[Hands], None], monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """What a step that puts parts together finds where there are none; it is left to be done."""
    while (claim := actions.step_claim()) is None or claim.name != name:
        assert claim is not None, f"no {name} came"
        actions.step_release(claim)
        assert work_once()
    found: dict[str, Any] = {}
    with monkeypatch.context() as alone:
        alone.setattr(queries, "facts_of", lambda *_: {})
        alone.setattr(actions, "step_finish", lambda _claim, facts, _usage: found.update(facts))
        hands = Hands(claim)
        hands.room.enter()
        do(hands)
    actions.step_release(claim)
    return found
