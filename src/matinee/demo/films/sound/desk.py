"""Owns the mixing desk: places sounds in time and space, adds the room, sets the loudness."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matinee.demo.films.paint.noise import dice
from matinee.demo.films.sound.loudness import integrated_lufs
from matinee.demo.films.sound.tones import RATE_HZ, Mono

Stereo = NDArray[np.float32]
TARGET_LUFS = -16.0
_PEAK = 0.84  # 1.5 dB below full scale, so that resampling and lossy coding cannot clip


@dataclass(frozen=True)
class Room:
    """A room's echo: how long, how dark (hertz above which it dies away), how loud."""

    length_s: float = 2.5
    dark_hz: float = 4500.0
    level: float = 0.35


class Desk:
    """Two busses, dry and to the room, as long as the film."""

    def __init__(self, duration_s: float, room: Room | None = None) -> None:
        """Clears the busses."""
        self._count = round(duration_s * RATE_HZ)
        self._dry = np.zeros((2, self._count), np.float32)
        self._send = np.zeros((2, self._count), np.float32)
        self._room = room or Room()

    def play(
        self, sound: Mono, at_s: float, gain: float = 1.0, pan: float = 0.0, send: float = 1.0
    ) -> None:
        """Adds a sound; `pan` is -1 left to 1 right, `send` how much of it goes to the room."""
        start = int(at_s * RATE_HZ)
        if start < 0 or start >= self._count:
            return
        part = sound[: self._count - start]
        angle = (pan + 1) * np.pi / 4
        for side, share in enumerate((np.cos(angle), np.sin(angle))):
            mono = part * np.float32(share * gain)
            self._dry[side, start : start + len(part)] += mono
            self._send[side, start : start + len(part)] += mono * np.float32(send)

    def spread(self, left: Mono, right: Mono, gain: float = 1.0) -> None:
        """Adds a bed with different sides, dry, from the beginning."""
        for side, wave in enumerate((left, right)):
            part = wave[: self._count]
            self._dry[side, : len(part)] += part * np.float32(gain)

    def mix(self) -> Stereo:
        """Both busses together; loudness is still as played."""
        return self._dry + self._echo() * np.float32(self._room.level)

    def _echo(self) -> Stereo:
        rng = dice("room")
        length = int(self._room.length_s * RATE_HZ)
        t = np.arange(length, dtype=np.float32) / RATE_HZ
        total = 1 << (self._count + length).bit_length()
        hertz = np.fft.rfftfreq(total, 1 / RATE_HZ)
        tone = (1 / (1 + (hertz / self._room.dark_hz) ** 2)).astype(np.float32)
        tone *= (1 / (1 + (180 / np.maximum(hertz, 1e-3)) ** 2)).astype(np.float32)
        sides = []
        for side in range(2):
            tail = rng.standard_normal(length).astype(np.float32) * np.exp(
                -6.0 * t / self._room.length_s
            )
            tail[: int(0.012 * RATE_HZ)] = 0
            tail /= np.float32(np.sqrt(np.sum(tail**2)))
            wet = np.fft.rfft(self._send[side], total) * np.fft.rfft(tail, total) * tone
            sides.append(np.fft.irfft(wet, total)[: self._count].astype(np.float32))
        return np.stack(sides)


def master(mixed: Stereo, fade_in_s: float = 0.3, fade_out_s: float = 2.0) -> Stereo:
    """Fades, brings to the target loudness, and rounds peaks off below full scale."""
    count = mixed.shape[1]
    rise, fall = int(fade_in_s * RATE_HZ), int(fade_out_s * RATE_HZ)
    edges = np.ones(count, np.float32)
    edges[:rise] = np.linspace(0, 1, rise, dtype=np.float32)
    edges[count - fall :] *= np.linspace(1, 0, fall, dtype=np.float32) ** 1.5
    sound = mixed * edges
    for _ in range(2):  # the second time for what the limiter took away
        gain = 10 ** ((TARGET_LUFS - integrated_lufs(sound)) / 20)
        sound = _limited(sound * np.float32(gain))
    return sound


def _limited(sound: Stereo) -> Stereo:
    """Leaves what is below two thirds of the ceiling alone and bends the rest under it."""
    knee = np.float32(_PEAK * 0.66)
    rest = np.float32(_PEAK) - knee
    size = np.abs(sound)
    bent = knee + rest * np.tanh((size - knee) / rest)
    limited: Stereo = np.where(size > knee, np.copysign(bent, sound), sound).astype(np.float32)
    return limited
