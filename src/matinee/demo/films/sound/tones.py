"""Owns the instruments: each function makes one note, mono, starting at its attack."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
Mono = NDArray[np.float32]


def pitch(name: str) -> float:
    """The frequency in hertz of a note such as "C#4" or "Bb2", equal temperament, A4 = 440."""
    steps = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[name[0]]
    steps += {"#": 1, "b": -1}.get(name[1], 0)
    octave = int(name[-1])
    return float(440.0 * 2 ** ((steps - 9) / 12 + octave - 4))


def clock(duration_s: float) -> Mono:
    """The times of the samples of a duration, in seconds."""
    return np.arange(int(duration_s * RATE_HZ), dtype=np.float32) / np.float32(RATE_HZ)


def phase(hertz: float, t: Mono) -> Mono:
    """The angle of a steady tone at every sample, kept below a turn so that 32 bits suffice."""
    cycles = np.arange(len(t)) * (float(hertz) / RATE_HZ)
    cycles -= np.floor(cycles)
    return (cycles * (2 * np.pi)).astype(np.float32)


def shaped(wave: Mono, attack_s: float, release_s: float) -> Mono:
    """A wave with a rounded beginning and end."""
    rise = min(len(wave) // 2, max(1, int(attack_s * RATE_HZ)))
    fall = min(len(wave) - rise, max(1, int(release_s * RATE_HZ)))
    wave[:rise] *= np.sin(np.linspace(0, np.pi / 2, rise, dtype=np.float32)) ** 2
    wave[len(wave) - fall :] *= np.cos(np.linspace(0, np.pi / 2, fall, dtype=np.float32)) ** 2
    return wave


@lru_cache(maxsize=32)
def keys(note: str, duration_s: float = 3.0, bright: float = 1.0) -> Mono:
    """A felted piano: partials slightly sharp, each dying sooner than the one below."""
    base, t = pitch(note), clock(duration_s)
    wave = np.zeros_like(t)
    for number in range(1, 9):
        hertz = base * number * np.sqrt(1 + 0.0004 * number**2)
        if hertz > RATE_HZ / 2.5:
            break
        gain = bright ** (number - 1) / number**1.7
        decay = (0.5 + base / 500) * (0.55 + 0.45 * number)
        wave += gain * np.exp(-t * decay) * np.sin(phase(hertz, t))
    return shaped(wave.astype(np.float32), 0.006, min(0.4, duration_s / 3))


@lru_cache(maxsize=32)
def pluck(note: str, duration_s: float = 2.0, bright: float = 0.8) -> Mono:
    """A plucked string, bright at first and round afterwards."""
    base, t = pitch(note), clock(duration_s)
    wave = np.zeros_like(t)
    for number in range(1, 15):
        hertz = base * number
        if hertz > RATE_HZ / 2.5:
            break
        gain = abs(np.sin(np.pi * number * 0.23)) * bright ** (number - 1) / number**0.7
        wave += gain * np.exp(-t * (1.2 + 0.55 * number + base / 400)) * np.sin(phase(hertz, t))
    return shaped(wave.astype(np.float32), 0.002, min(0.2, duration_s / 3)) * np.float32(0.7)


@lru_cache(maxsize=32)
def bell(note: str, duration_s: float = 4.0, metal: float = 1.0) -> Mono:
    """A bell of inharmonic partials; `metal` 0 is a soft glass."""
    base, t = pitch(note), clock(duration_s)
    wave = np.sin(phase(base, t)) * np.exp(-t * 1.1)
    for ratio, gain, decay in (
        (2.0, 0.4, 1.7),
        (2.76, 0.45, 2.6),
        (5.40, 0.22, 4.5),
        (8.93, 0.1, 8.0),
    ):
        wave += metal * gain * np.exp(-t * decay) * np.sin(phase(base * ratio, t))
    return shaped(wave.astype(np.float32), 0.004, duration_s / 2) * np.float32(0.7)


@lru_cache(maxsize=32)
def mallet(note: str, duration_s: float = 1.2) -> Mono:
    """A marimba bar: its second partial two octaves above."""
    base, t = pitch(note), clock(duration_s)
    wave = np.sin(phase(base, t)) * np.exp(-t * (3.2 + base / 200))
    wave += 0.35 * np.sin(phase(base * 3.93, t)) * np.exp(-t * 14)
    wave += 0.12 * np.sin(phase(base * 9.2, t)) * np.exp(-t * 40)
    return shaped(wave.astype(np.float32), 0.002, 0.1)


@lru_cache(maxsize=32)
def strings(note: str, duration_s: float, bright: float = 0.7, attack_s: float = 0.6) -> Mono:
    """A small section of strings: five players a little apart in pitch, each with vibrato."""
    base, t = pitch(note), clock(duration_s)
    wave = np.zeros_like(t)
    for player in range(4):
        cents = (player - 1.5) * 4.0
        sway = 0.0022 * np.sin(2 * np.pi * (4.6 + 0.35 * player) * t + player)
        turn = phase(base * 2 ** (cents / 1200), t) + sway * base / 4.6 + player * 2.1
        # sin(n·x) by the Chebyshev recurrence, so that a player costs two sines.
        one, twice = np.sin(turn), 2 * np.cos(turn)
        before, now = np.zeros_like(one), one
        for number in range(1, 11):
            if base * number > RATE_HZ / 3:
                break
            wave += now * np.float32(bright ** (number - 1) / number**0.9)
            before, now = now, twice * now - before
    return shaped(wave.astype(np.float32), attack_s, min(1.4, duration_s / 2)) * np.float32(0.3)


@lru_cache(maxsize=32)
def pad(note: str, duration_s: float, bright: float = 0.4, attack_s: float = 1.2) -> Mono:
    """A slow synthetic chord tone whose upper partials open and close."""
    base, t = pitch(note), clock(duration_s)
    wave = np.zeros_like(t)
    opening = np.float32(0.75) + np.float32(0.25) * np.sin(2 * np.pi * t / 7 + base % 6)
    for voice, cents in enumerate((-7.0, 0.0, 6.0)):
        turn = phase(base * 2 ** (cents / 1200), t) + voice * 1.7
        wave += np.sin(turn) + bright * opening * np.sin(2 * turn) * 0.6
        wave += bright**2 * opening**2 * (np.sin(3 * turn) * 0.6 + np.sin(4 * turn) * 0.4)
    return shaped(wave.astype(np.float32), attack_s, min(2.0, duration_s / 2)) * np.float32(0.3)


@lru_cache(maxsize=32)
def synth(note: str, duration_s: float, bright: float = 0.75, fall: float = 4.0) -> Mono:
    """A buzzing analogue tone whose filter closes after the attack."""
    base, t = pitch(note), clock(duration_s)
    wave = np.zeros_like(t)
    for cents in (-6.0, 6.0):
        turn = phase(base * 2 ** (cents / 1200), t)
        one, twice = np.sin(turn), 2 * np.cos(turn)
        before, now = np.zeros_like(one), one
        for number in range(1, 17):
            if base * number > RATE_HZ / 3:
                break
            wave += (
                now
                * np.exp(-t * np.float32(fall * 0.12 * number))
                * np.float32(bright**number / number)
            )
            before, now = now, twice * now - before
    return shaped(wave.astype(np.float32), 0.005, min(0.15, duration_s / 3)) * np.float32(0.6)


@lru_cache(maxsize=32)
def bass(note: str, duration_s: float) -> Mono:
    """A round bass with enough overtones for small loudspeakers."""
    base, t = pitch(note), clock(duration_s)
    wave = np.sin(phase(base, t)) + 0.5 * np.exp(-t * 3) * np.sin(phase(base * 2, t))
    wave += 0.25 * np.exp(-t * 6) * np.sin(phase(base * 3, t))
    return shaped(np.tanh(wave * 1.1).astype(np.float32), 0.008, min(0.2, duration_s / 3))


@lru_cache(maxsize=8)
def kick(deep_hz: float = 48.0) -> Mono:
    """A bass drum: a sine that falls in pitch."""
    t = clock(0.45)
    turn = 2 * np.pi * (deep_hz * t + 5.5 * (1 - np.exp(-t * 28)))
    wave = np.sin(turn) * np.exp(-t * 8)
    return shaped(wave.astype(np.float32), 0.001, 0.1)


def burst(seed: int, duration_s: float, decay: float, low_hz: float, high_hz: float) -> Mono:
    """A burst of filtered noise: a snare, a hat, a brush, a splash, by its band and its decay."""
    t = clock(duration_s)
    noise = np.random.default_rng(seed).standard_normal(len(t)).astype(np.float32)
    return shaped(band(noise, low_hz, high_hz) * np.exp(-t * decay), 0.001, duration_s / 4)


def band(wave: Mono, low_hz: float, high_hz: float) -> Mono:
    """What lies between two frequencies, with soft slopes, at the loudness of the whole."""
    spectrum = np.fft.rfft(wave)
    hertz = np.fft.rfftfreq(len(wave), 1 / RATE_HZ).astype(np.float32) + np.float32(1e-3)
    slope = 1 / (1 + (low_hz / hertz) ** 4) / (1 + (hertz / high_hz) ** 4)
    kept = np.fft.irfft(spectrum * slope, len(wave))
    return (kept / max(1e-9, float(np.sqrt(np.mean(kept**2))))).astype(np.float32) * np.float32(0.3)


def snare(seed: int = 1) -> Mono:
    """A snare drum."""
    wave = burst(seed, 0.28, 16, 900, 9000)
    t = clock(0.28)
    wave += (0.5 * np.sin(2 * np.pi * 190 * t) * np.exp(-t * 22)).astype(np.float32)
    return wave


def hat(seed: int = 2, decay: float = 60.0) -> Mono:
    """A cymbal, closed by default."""
    return burst(seed, 0.2, decay, 6500, 15000) * np.float32(0.8)
