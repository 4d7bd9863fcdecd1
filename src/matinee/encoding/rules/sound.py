"""What an audio track becomes: which tracks of it are made, how loud, and by which filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from matinee.encoding.rules.source import Sound

Codec = Literal["aac", "opus"]

RATE = 48_000
STEREO, SURROUND = 2, 6
# EBU R 128 s2 has streams at -20 to -16 LUFS; AES TD1008 wants speech at -18, which leaves films
# more of their dynamics than the -16 of music.
AIM_LUFS = -18.0
TOLERANCE_LU = 0.5
# Both allow -1 dBTP where it is heard; coding adds up to a decibel.
PEAK_DBTP_MAX = -1.0
_HEADROOM_DB = 1.0
_GAIN_DB_MAX = 20.0
# More would be heard: rather a film that stays quieter.
_LIMITED_DB_MAX = 12.0
_SILENCE_LUFS = -60.0

_LAYOUTS = {STEREO: "stereo", SURROUND: "5.1"}
# Transparent or near it for each codec; Opus needs about three quarters of AAC's.
_BITRATES_BPS: dict[tuple[Codec, int], int] = {
    ("aac", STEREO): 128_000,
    ("opus", STEREO): 96_000,
    ("aac", SURROUND): 384_000,
    ("opus", SURROUND): 256_000,
}


@dataclass(frozen=True)
class Variant:
    """One way in which a track is offered; a player takes one by codec and channels."""

    codec: Codec
    channels: int

    @property
    def name(self) -> str:
        """How its file is told from the track's others."""
        return f"{self.codec}-{self.channels}"

    @property
    def bitrate_bps(self) -> int:
        """What it is encoded at."""
        return _BITRATES_BPS[self.codec, self.channels]


@dataclass(frozen=True)
class Loudness:
    """Integrated loudness and true peak (ITU-R BS.1770)."""

    lufs: float
    peak_dbtp: float


@dataclass(frozen=True)
class Level:
    """What is done to a mix: a constant gain, and a limit for peaks where it needs one."""

    gain_db: float
    limit_dbtp: float | None = None


def mixes(sound: Sound) -> tuple[int, ...]:
    """How many channels each mix of a track has: stereo, and 5.1 where the film has as many."""
    return (STEREO, SURROUND) if sound.channels >= SURROUND else (STEREO,)


def variants(sound: Sound) -> tuple[Variant, ...]:
    """Every mix in AAC, which every device plays, and in Opus, which is better by the bit."""
    return tuple(Variant(codec, channels) for channels in mixes(sound) for codec in ("aac", "opus"))


def even() -> str:
    """Filters to 48 kHz from 0 s on; gaps become silence, so that it stays with the picture."""
    return f"aresample={RATE}:async=1000:first_pts=0:out_sample_fmt=fltp"


def mixed(channels: int) -> str:
    """The filter to a mix.

    Downmixed as in ITU-R BS.775-4, table 2: centre and surround at -3 dB, so that dialogue
    keeps its place, and no low-frequency effects.
    """
    down = "center_mix_level=0.7071:surround_mix_level=0.7071:lfe_mix_level=0"
    return f"aresample={RATE}:out_chlayout={_LAYOUTS[channels]}:{down}:out_sample_fmt=fltp"


def measured(tracks: Sequence[Sound]) -> str:
    """One graph that measures every mix of every track; `ebur128@<n>-<channels>` reports each.

    Track n comes out at `[measured-<n>]`.

    One, because what meters report at the end of graphs beside each other gets mixed up.
    """
    chains = (f"[0:{one.index}]{_measured(n, one)}" for n, one in enumerate(tracks))
    return ";".join(f"{chain}[measured-{n}]" for n, chain in enumerate(chains))


def _measured(number: int, sound: Sound) -> str:
    steps = [even()]
    for channels in reversed(mixes(sound)):
        # The stereo mix is made of the 5.1, as it is when it is encoded.
        steps += [mixed(channels), meter(f"{number}-{channels}")]
    return ",".join(steps)


def meter(name: str) -> str:
    """The filter that measures what runs through it."""
    return f"ebur128@{name}=peak=true:framelog=quiet"


def level(found: Loudness | None) -> Level:
    """What brings a mix to the aim: linear gain, and a limiter only where peaks would clip."""
    if found is None or found.lufs <= _SILENCE_LUFS:
        return Level(0.0)
    limit = PEAK_DBTP_MAX - _HEADROOM_DB
    wanted = min(AIM_LUFS - found.lufs, _GAIN_DB_MAX)
    gain = round(min(wanted, limit + _LIMITED_DB_MAX - found.peak_dbtp), 2)
    return Level(gain, limit if found.peak_dbtp + gain > limit else None)


def corrected(before: Level, made: Sequence[Loudness]) -> Level | None:
    """What to do better where a coded mix missed its aim or its peak; None where it did not."""
    loudest = max((one.peak_dbtp for one in made), default=PEAK_DBTP_MAX)
    over = max(0.0, loudest - PEAK_DBTP_MAX)
    missed = AIM_LUFS - sum(one.lufs for one in made) / max(1, len(made))
    # A limiter takes loudness away; without one, gain decides alone and was right.
    quiet = before.limit_dbtp is not None and abs(missed) > TOLERANCE_LU / 2
    capped = before.gain_db >= _GAIN_DB_MAX
    if not over and (not quiet or capped):
        return None
    limit = before.limit_dbtp or PEAK_DBTP_MAX - _HEADROOM_DB
    more = missed if quiet and not capped else 0.0
    return Level(round(before.gain_db + more, 2), round(limit - over - (0.1 if over else 0), 2))


def levelled(done: Level, length_samples: int) -> str:
    """Filters that set a mix's level and end it, or fill it up, at exactly so many samples."""
    steps = [f"volume={done.gain_db:.2f}dB"]
    if done.limit_dbtp is not None:
        # Peaks lie between samples too, so they are limited at four times the rate (BS.1770-5).
        limit = 10 ** (done.limit_dbtp / 20)
        steps += [
            f"aresample={4 * RATE}",
            f"alimiter=limit={limit:.5f}:attack=5:release=100:level=false:latency=true",
            f"aresample={RATE}",
        ]
    return ",".join(
        [*steps, f"apad=whole_len={length_samples}", f"atrim=end_sample={length_samples}"]
    )


def graph(
    stream: str, levels: Mapping[int, Level], wanted: Sequence[Variant], length_samples: int
) -> str:
    """The filters from a decoded track to every variant, each under its name.

    `levels` are by channels. The 5.1 mix is made first and the stereo mix of it.
    """
    channels = sorted(levels, reverse=True)
    parts = []
    before = f"[{stream}]{even()}"
    for count in channels:
        taken = [f"[{one.name}]" for one in wanted if one.channels == count]
        onward = "[onward]" if count != channels[-1] else ""
        branches = f"asplit={1 + bool(onward)}[mix-{count}]{onward}"
        parts.append(f"{before},{mixed(count)},{branches}")
        level_filters = levelled(levels[count], length_samples)
        parts.append(f"[mix-{count}]{level_filters},asplit={len(taken)}{''.join(taken)}")
        before = onward + "anull"
    return ";".join(parts)
