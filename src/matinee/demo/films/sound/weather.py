"""Owns nature's sounds: wind, water, rain, thunder, as beds as long as the film."""

import numpy as np

from matinee.demo.films.paint.noise import dice
from matinee.demo.films.sound.tones import RATE_HZ, Mono, band, clock


def swell(seed: str, duration_s: float, period_s: float, depth: float = 0.6) -> Mono:
    """A slow random loudness curve between 1 - depth and 1."""
    count = max(4, int(duration_s / period_s * 2) + 3)
    knots = dice(seed, "swell").random(count)
    place = np.linspace(0, count - 1, int(duration_s * RATE_HZ))
    curve = np.interp(place, np.arange(count), knots)
    return (1 - depth + depth * np.sin(curve * np.pi / 2) ** 2).astype(np.float32)


def bed(seed: str, duration_s: float, low_hz: float, high_hz: float) -> Mono:
    """Steady noise of one band: the ground of wind, surf and rain."""
    noise = dice(seed, "bed").standard_normal(int(duration_s * RATE_HZ)).astype(np.float32)
    return band(noise, low_hz, high_hz)


def wind(seed: str, duration_s: float) -> Mono:
    """Wind that comes in gusts, with a faint whistle."""
    low = bed(seed, duration_s, 60, 420) * swell(seed, duration_s, 3.0, 0.8)
    high = bed(seed + "high", duration_s, 500, 1100) * swell(seed + "high", duration_s, 2.0, 0.95)
    return low + high * np.float32(0.3)


def surf(seed: str, duration_s: float, period_s: float = 5.0) -> Mono:
    """Waves that break and draw back."""
    t = clock(duration_s)
    rise = (0.5 - 0.5 * np.cos(2 * np.pi * t / period_s)) ** 2.2
    deep = bed(seed, duration_s, 70, 700) * (0.35 + 0.65 * rise)
    hiss = bed(seed + "hiss", duration_s, 1500, 6500) * np.roll(rise, RATE_HZ // 2) * 0.35
    both: Mono = (deep + hiss).astype(np.float32)
    return both


def drops(seed: str, duration_s: float, per_second: float, low_hz: float = 900) -> Mono:
    """Single drops: short falling blips at random times."""
    rng = dice(seed, "drops")
    total = np.zeros(int(duration_s * RATE_HZ), np.float32)
    t = clock(0.06)
    for at in rng.integers(0, max(1, len(total) - len(t)), int(duration_s * per_second)):
        hertz = low_hz * (1 + 2.5 * rng.random())
        blip = np.sin(2 * np.pi * hertz * t * (1 + 4 * t)) * np.exp(-t * 90)
        total[at : at + len(t)] += blip.astype(np.float32) * np.float32(rng.random() ** 2)
    return total


def rain(seed: str, duration_s: float) -> Mono:
    """Rain on a street."""
    ground = bed(seed, duration_s, 1200, 9000) * swell(seed, duration_s, 4.0, 0.3)
    return ground * np.float32(0.6) + drops(seed, duration_s, 40, 1500) * np.float32(0.35)


def thunder(seed: str, duration_s: float = 5.0) -> Mono:
    """One roll of thunder."""
    t = clock(duration_s)
    low = bed(seed, duration_s, 28, 160) * np.exp(-t * 0.8) * swell(seed, duration_s, 0.3, 0.8)
    crack = bed(seed + "crack", duration_s, 300, 2500) * np.exp(-t * 7) * 0.5
    wave = (low * 1.5 + crack) * np.clip(t * 25, 0, 1)
    roll: Mono = wave.astype(np.float32)
    return roll
