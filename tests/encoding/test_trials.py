"""Trials, measuring and judging on a real clip: small, but with everything that production has."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import pytest

from matinee.contracts.encoding import RungReport, Trial
from matinee.encoding import actions, queries, settings
from matinee.encoding.models import Encode
from matinee.encoding.rules import plan, quality
from matinee.encoding.rules.windows import Window, gop_frames, whole
from matinee.encoding.steps import joining
from matinee.encoding.steps.hands import Hands
from matinee.encoding.steps.quality import Look, score
from matinee.encoding.steps.work import work_once
from tests.clips import clip

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture
def short(ffmpeg: Path, tmp_path: Path) -> Path:
    """Five seconds that move, in a Matroska file, whose times are milliseconds."""
    path = tmp_path / "short.mkv"
    cut = ["-ss", "4", "-t", "5", "-i", str(clip("intel_car.mp4")), "-vf", "scale=256:144"]
    codec = ["-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", "12", str(path)]
    subprocess.run([str(ffmpeg), "-v", "error", *cut, *codec], check=True, timeout=60)
    return path


def test_a_film_gets_a_ladder_of_its_own_that_is_as_good_as_aimed_at(
    short: Path, encoder: Callable[[Path], Encode], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_ENCODING_CODECS", "h264,av1")
    # The fastest preset jumps too much from one CRF to the next to be aimed with.
    monkeypatch.setenv("MATINEE_ENCODING_AV1_PRESET", "8")
    settings.get.cache_clear()
    encode = encoder(short)
    while queries.ready_steps(encode.pk, 2) != [plan.FULL_PACKAGE]:
        assert work_once()
    for codec in ("h264", "av1"):
        (facts,) = queries.facts_of(encode.pk, f"ladder-{codec}").values()
        trials = [Trial.model_validate(one) for one in facts["trials"]]
        assert any(one.on_hull for one in trials)
        assert {one.lines for one in trials} == {144}
    claim = actions.step_claim()
    assert claim is not None
    hands = Hands(claim)
    reports = _reports(encode)
    film = whole(hands.plan.frames or 0, hands.plan.rate)
    for rung, path in joining.videos(hands, complete=True):
        (scores,) = score(hands, [Look(film, ())], [[path]], rung.dynamic_range)
        report = reports[rung.name]
        # By every frame, not only those that were measured.
        assert mean(scores) == pytest.approx(report.vmaf, abs=1.0)
        assert report.vmaf_aim is not None
        assert report.vmaf == pytest.approx(report.vmaf_aim, abs=1.0)
        assert report.vmaf_low <= report.vmaf
    _see_that_threes_are_measured_as_in_the_whole(hands)


def _reports(encode: Encode) -> dict[str, RungReport]:
    judged = queries.facts_of(encode.pk, "judge-").values()
    found = [RungReport.model_validate(one) for facts in judged for one in facts["rungs"]]
    return {one.name: one for one in found}


def _see_that_threes_are_measured_as_in_the_whole(hands: Hands) -> None:
    rung, path = joining.videos(hands, complete=True)[0]
    gop = gop_frames(rung.rate)
    film = whole(hands.plan.frames or 0, rung.rate)
    (all_of_it,) = score(hands, [Look(film, ())], [[path]], "sdr")
    part = Window(gop, gop, rung.rate)
    starts = quality.threes(gop, 8)
    after = ["-noaccurate_seek", "-ss", f"{1.5 * Window(0, gop, rung.rate).duration_s:.3f}"]
    (some,) = score(hands, [Look(part, starts)], [[*after, path]], "sdr")
    # The middle one of each three; the first frame of the whole is left out of all.
    same = [all_of_it[gop + start] for start in starts]
    assert some == pytest.approx(same, abs=0.01)
