"""What an encode needs of the machine that it is done on."""

from fractions import Fraction

from matinee.encoding.rules import ladder
from matinee.encoding.rules.plan import Plan
from matinee.encoding.rules.source import Source

# What the variants of an audio track take together, and how often all is there at once.
_SOUND_BPS = 700_000
_COPIES = 1.5


def bytes_needed(source: Source, plan: Plan, lines_max: int) -> int:
    """Disk space that the encode may take at once: rungs, and the same again as a package.

    Films stay well below their rungs' caps; AV1 needs about half of H.264's.
    """
    usual = ladder.ladder(source.picture.display_size, Fraction(plan.rate), lines_max)
    bits_a_second = sum(r.bitrate_bps_max for r in usual) * (1 + 0.5 * (len(plan.codecs) - 1))
    bits_a_second += sum(r.bitrate_bps_max for r in plan.quick)
    bits_a_second += _SOUND_BPS * len(source.sounds)
    index = source.size_bytes if plan.needs_index else 0
    return index + int(bits_a_second / 8 * plan.duration_s * _COPIES)
