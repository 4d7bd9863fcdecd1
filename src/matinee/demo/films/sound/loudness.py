"""Owns the loudness meter: integrated loudness after ITU-R BS.1770-4, at 48 kHz."""

import numpy as np
from numpy.typing import NDArray

from matinee.demo.films.sound.tones import RATE_HZ

_SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
"""Numerators and denominators of the two filters of K-weighting, annex 1, tables 1 and 2."""

_BLOCK_S, _STEP_S = 0.4, 0.1
_ABSOLUTE_GATE_LUFS, _RELATIVE_GATE_LU = -70.0, -10.0


def _weighting(count: int) -> NDArray[np.complex64]:
    """The frequency response of K-weighting at the bins of a real FFT of `count` samples."""
    delay: NDArray[np.complex128] = np.exp(-2j * np.pi * np.arange(count // 2 + 1) / count)
    response: NDArray[np.complex128] = np.ones_like(delay)
    for above, below in (_SHELF, _HIGH_PASS):
        over = above[0] + above[1] * delay + above[2] * delay**2
        under = below[0] + below[1] * delay + below[2] * delay**2
        response = response * over / under
    return response.astype(np.complex64)


def integrated_lufs(sound: NDArray[np.float32]) -> float:
    """The gated loudness of a stereo sound, -70 if it is silent."""
    count = 1 << (sound.shape[1] + RATE_HZ).bit_length()
    weighted = np.fft.irfft(np.fft.rfft(sound, count) * _weighting(count), count)[
        :, : sound.shape[1]
    ]
    step = int(_STEP_S * RATE_HZ)
    steps = sound.shape[1] // step
    power = (weighted[:, : steps * step] ** 2).reshape(2, steps, step).mean(axis=2).sum(axis=0)
    per_block = round(_BLOCK_S / _STEP_S)
    if steps < per_block:
        return _lufs(float(power.mean())) if steps else _ABSOLUTE_GATE_LUFS
    blocks = np.convolve(power, np.ones(per_block) / per_block, mode="valid")
    loud = blocks[10 * np.log10(np.maximum(blocks, 1e-12)) - 0.691 > _ABSOLUTE_GATE_LUFS]
    if not loud.size:
        return _ABSOLUTE_GATE_LUFS
    gate = _lufs(float(loud.mean())) + _RELATIVE_GATE_LU
    kept = loud[10 * np.log10(np.maximum(loud, 1e-12)) - 0.691 > gate]
    return _lufs(float(kept.mean()))


def _lufs(power: float) -> float:
    return float(max(_ABSOLUTE_GATE_LUFS, 10 * np.log10(max(power, 1e-12)) - 0.691))
