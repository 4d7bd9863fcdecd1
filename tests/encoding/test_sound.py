"""Sound: every mix in every codec, as loud as aimed at, in its place to the sample."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matinee.encoding.models import Step
from matinee.encoding.rules import sound
from matinee.encoding.rules.sound import Level, Loudness
from matinee.encoding.rules.source import Sound
from matinee.encoding.steps.findings import Findings
from tests.clips import clip
from tests.encoding.conftest import told, upload, work_until_idle
from tests.encoding.test_kinds import H264, make, package_of, picture

RATE = 48_000


@given(st.floats(-59, 0), st.floats(-60, 3))
def test_gain_brings_a_mix_to_the_aim_and_limits_only_what_would_clip(
    lufs: float, peak: float
) -> None:
    level = sound.level(Loudness(lufs, peak))
    assert level.gain_db <= 20
    assert lufs + level.gain_db <= sound.AIM_LUFS + 0.01
    over = peak + level.gain_db + 2.0
    assert (level.limit_dbtp is not None) == (over > 0)
    assert over <= 12.01


def test_silence_stays_silent() -> None:
    assert sound.level(Loudness(-70, -120)) == Level(0.0)
    assert sound.level(None) == Level(0.0)


def test_a_mix_that_was_hit_is_left_alone() -> None:
    assert sound.corrected(Level(3.0), [Loudness(-18.1, -4.0)]) is None
    assert sound.corrected(Level(9.0, -2.0), [Loudness(-18.1, -1.2)]) is None


def test_a_mix_that_missed_is_corrected() -> None:
    quieter = sound.corrected(Level(9.0, -2.0), [Loudness(-18.8, -1.2)])
    assert quieter == Level(9.8, -2.0)
    over = sound.corrected(Level(9.0), [Loudness(-18.0, -0.4)])
    assert over is not None
    assert over.limit_dbtp == pytest.approx(-2.7)


def test_measures_are_read_from_ffmpeg() -> None:
    lines = [
        "[ebur128@0-2 @ 0x7f] [info] Summary:",
        "    I:         -21.4 LUFS",
        "    Threshold: -41.0 LUFS",
        "    LRA:        18.2 LU",
        "    Peak:       -1.3 dBFS",
        "[ebur128@1-6 @ 0x7f] [info] Summary:",
        "    I:         -70.0 LUFS",
        "    Peak:       -inf dBFS",
        "[h264 @ 0x1] [error] something is wrong",
    ]
    findings = Findings()
    assert [line for line in lines if not findings.hear(line)] == [lines[2], lines[3], lines[-1]]
    assert findings.loudness == {"0-2": Loudness(-21.4, -1.3), "1-6": Loudness(-70.0, -120.0)}


def test_what_a_track_is_offered_as() -> None:
    track = Sound(index=1, codec="aac", channels=2, language="en", label="x")
    assert [one.name for one in sound.variants(track)] == ["aac-2", "opus-2"]
    wide = track.model_copy(update={"channels": 8})
    names = [one.name for one in sound.variants(wide)]
    assert names == ["aac-2", "opus-2", "aac-6", "opus-6"]


def decoded(ffmpeg: Path, path: Path, channels: int) -> NDArray[np.float32]:
    """Samples x channels, as a player hears them."""
    command = [str(ffmpeg), "-v", "error", "-i", str(path), "-f", "f32le", "-"]
    heard = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    return np.frombuffer(heard, np.float32).reshape(-1, channels)


def clicks(ffmpeg: Path, to: Path, channels: str) -> Path:
    """A film with a click at the start of every second, and pictures for 3.5 s."""
    click = "0.5*eq(mod(n,48000),0)*gt(n,0)"
    heard = f"aevalsrc=exprs='{click}':channel_layout={channels}:sample_rate=48000:duration=3.2"
    pcm = ("-c:a", "pcm_s16le")
    return make(ffmpeg, to, *picture(length=3.48), "-f", "lavfi", "-i", heard, *H264, *pcm)


@pytest.mark.django_db(databases="__all__")
def test_sound_is_in_its_place_to_the_sample_in_every_variant(
    tmp_path: Path, ffmpeg: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep_parts(monkeypatch, tmp_path)
    upload(clicks(ffmpeg, tmp_path / "film.mkv", "mono"))
    work_until_idle()
    assert told().error == ""
    for name in ("aac-2", "opus-2"):
        heard = np.abs(decoded(ffmpeg, kept / f"audio-0-{name}.mp4", 2)[:, 0])
        # Decoders may give the rest of the last packet, never less.
        assert round(3.48 * RATE) <= len(heard) < round(3.48 * RATE) + 1024
        for second in range(1, 4):
            near = heard[second * RATE - 2000 : second * RATE + 2000]
            assert abs(int(near.argmax()) - 2000) <= 1, name


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize("name", ["small_bunny_1080p_30fps.mp4", "bbb_480p_30s.mp4"])
def test_real_sound_comes_out_as_loud_as_aimed_at(name: str, tmp_path: Path, ffmpeg: Path) -> None:
    """Measured by itself, on what was encoded; the picture is only there to be a film."""
    tiny = ("-map", "0:v:0", "-map", "1:a:0", "-c:a", "copy", "-shortest")
    path = tmp_path / "film.mkv"
    make(ffmpeg, path, *picture("64x64", "5", 10), "-i", str(clip(name)), *tiny, *H264)
    encode = upload(path)
    work_until_idle()
    assert told().error == ""
    facts = Step.objects.get(encode=encode, name="audio-0").facts
    for part in facts["parts"]:
        assert part["loudness_lufs"] == pytest.approx(sound.AIM_LUFS, abs=sound.TOLERANCE_LU)
        assert part["true_peak_dbtp"] <= sound.PEAK_DBTP_MAX
    assert {part["channels"] for part in facts["parts"]} == {2, 6}


@pytest.mark.django_db(databases="__all__")
def test_dialogue_in_the_centre_is_heard_in_stereo(
    tmp_path: Path, ffmpeg: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ITU-R BS.775: the centre goes to both sides alike; low-frequency effects are left out."""
    kept = keep_parts(monkeypatch, tmp_path)
    tones = "|".join(["0"] * 2 + ["0.2*sin(2*PI*1000*t)", "0.9*sin(2*PI*50*t)"] + ["0"] * 2)
    heard = f"aevalsrc=exprs='{tones}':channel_layout=5.1:sample_rate=48000:duration=1.5"
    pcm = ("-c:a", "pcm_s16le")
    path = tmp_path / "film.mkv"
    upload(make(ffmpeg, path, *picture(length=1.5), "-f", "lavfi", "-i", heard, *H264, *pcm))
    work_until_idle()
    assert told().error == ""
    stereo = decoded(ffmpeg, kept / "audio-0-aac-2.mp4", 2)[RATE // 4 : RATE]
    assert np.abs(stereo[:, 0] - stereo[:, 1]).max() < 0.01
    spectrum = np.abs(np.fft.rfft(stereo[:, 0]))
    hertz = len(stereo) / RATE
    assert spectrum[round(1000 * hertz)] > 300 * spectrum[round(50 * hertz)]
    surround = decoded(ffmpeg, kept / "audio-0-aac-6.mp4", 6)[RATE // 4 : RATE]
    power = np.square(surround).mean(axis=0)
    # ffmpeg's order: left, right, centre, low-frequency effects, back left, back right.
    assert power[2] > 100 * max(power[0], power[1], power[4], power[5])
    assert package_of(told()).faults() == []


def keep_parts(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Keep copies of finished sound parts, which are cleared away with their encode."""
    kept = folder / "kept"
    kept.mkdir()
    replace = Path.replace

    def replaced(self: Path, target: Path) -> Path:
        moved = replace(self, target)
        if moved.name.startswith("audio-"):
            (kept / moved.name).write_bytes(moved.read_bytes())
        return moved

    monkeypatch.setattr(Path, "replace", replaced)
    return kept
