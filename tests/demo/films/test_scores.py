"""Every film's sound: length, level, headroom, and the instruments it is made with."""

import numpy as np
import pytest

from matinee.demo.films.reel import Reel
from matinee.demo.films.registry import REELS
from matinee.demo.films.sound.desk import TARGET_LUFS, Desk, Room, master
from matinee.demo.films.sound.loudness import integrated_lufs
from matinee.demo.films.sound.notation import tune
from matinee.demo.films.sound.tones import RATE_HZ, band, clock, keys, pitch
from matinee.demo.films.sound.weather import bed, rain


@pytest.mark.parametrize("reel", REELS.values(), ids=list(REELS))
def test_a_score_is_as_long_as_its_film_and_never_clips(reel: Reel) -> None:
    tracks = reel.score(reel.film.duration_s)
    assert len(tracks) == len(reel.film.audio)
    for sound in tracks:
        assert sound.shape == (2, round(reel.film.duration_s * RATE_HZ))
        assert sound.dtype == np.float32
        assert np.abs(sound).max() < 0.89
        assert integrated_lufs(sound) == pytest.approx(TARGET_LUFS, abs=0.5)
        assert np.abs(sound[:, -20:]).max() < 0.01
    if len(tracks) > 1:
        assert not np.array_equal(tracks[0], tracks[1])


def test_a_score_is_the_same_every_time() -> None:
    reel = next(iter(REELS.values()))
    first, second = reel.score(4.0)[0], reel.score(4.0)[0]
    assert np.array_equal(first, second)


def test_the_meter_reads_a_full_scale_sine_on_one_side_as_the_standard_says() -> None:
    # ITU-R BS.1770-4: 0 dBFS, 997 Hz, one channel reads -3.01 LKFS.
    sine = np.sin(2 * np.pi * 997 * clock(4.0)).astype(np.float32)
    assert integrated_lufs(np.stack((sine, np.zeros_like(sine)))) == pytest.approx(-3.01, abs=0.1)


def test_silence_reads_as_the_absolute_gate() -> None:
    assert integrated_lufs(np.zeros((2, RATE_HZ), np.float32)) == -70.0


def test_notes_are_at_their_pitch() -> None:
    assert pitch("A4") == 440.0
    assert pitch("C4") == pytest.approx(261.626, abs=0.001)
    assert pitch("Bb3") == pytest.approx(pitch("A#3"))
    spectrum = np.abs(np.fft.rfft(keys("A4", 2.0)))
    assert np.argmax(spectrum) / 2.0 == pytest.approx(440.0, abs=1.0)


def test_a_tune_counts_its_rests() -> None:
    assert tune("D5 A4/2 -/3 G4") == [("D5", 0, 1), ("A4", 1, 2), ("G4", 6, 1)]


def test_a_band_keeps_what_is_inside_it() -> None:
    spectrum = np.abs(np.fft.rfft(band(bed("t", 1.0, 20, 20000), 900, 1100)))
    assert 700 < np.argmax(spectrum) < 1400


def test_panning_and_the_end_of_the_film_are_respected() -> None:
    desk = Desk(1.0, Room(level=0.0))
    desk.play(np.ones(RATE_HZ, np.float32), 0.75, 1.0, -1.0)
    desk.play(np.ones(10, np.float32), 5.0)
    mixed = desk.mix()
    assert mixed.shape == (2, RATE_HZ)
    assert mixed[0, -1] == pytest.approx(1.0)
    assert np.abs(mixed[1]).max() < 1e-6


def test_mastering_fades_and_reaches_the_target() -> None:
    wave = rain("t", 6.0)
    sound = master(np.stack((wave, wave)) * np.float32(0.01), 0.5, 1.0)
    assert np.abs(sound[:, 0]).max() == 0
    assert integrated_lufs(sound) == pytest.approx(TARGET_LUFS, abs=0.5)
