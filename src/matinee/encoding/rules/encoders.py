"""The arguments by which ffmpeg encodes a rung: the same in trials, chunks and benchmarks.

Both encoders keep a quality (CRF) below a cap, and begin a closed group of pictures
every so many pictures, counted from the first, and nowhere else: so the same picture
is a keyframe in all rungs, and parts that were encoded apart can be joined.
"""

import math
from fractions import Fraction

from matinee.encoding.rules.ladder import Rung

# Fine enough for sound and picture to meet.
_TICKS_MIN = 10_000
# A player has this much of a capped stream in store before it shows it: two GOPs.
_BUFFER_S = 2

# x264 spends bits on flat areas and on keeping grain as its makers liked it at high quality. A
# ladder is mostly below that, where the same bits show more elsewhere: by VMAF 6 to 10 % of all.
_BALANCE = "aq-mode=1:aq-strength=0.7:psy-rd=0.5,0"
# Parts at other qualities must not need other parameter sets: players read those of the first only.
_JOINED = "stitchable=1"

_SDR = ("bt709", "bt709", "bt709")
_COLOURS = {
    "sdr": _SDR,
    "hdr10": ("bt2020", "smpte2084", "bt2020nc"),
    "hlg": ("bt2020", "arib-std-b67", "bt2020nc"),
}

# The fast presets leave out what is worth most: choosing coefficients by what they cost and show,
# and looking ahead for what later pictures need. And what they do to find out how many pictures in
# a row should be B-pictures costs a tenth to a quarter of the time, and picks worse than always
# three: up to 25 % of the bits, by VMAF. Looking for motion finely, and by parts of blocks, takes
# three tenths of what is left, for 2 % of the bits.
KEPT = {
    "veryfast": "trellis=1:rc-lookahead=20:b-adapt=0:subme=1:me=dia:analyse=i4x4,i8x8",
}

# Rungs and chunks keep the cores busy; more threads of one encoder wait for each other.
PART_THREADS = 1

# x264 judges what a picture is worth by what later ones take from it, so the last ones of a part
# look worthless. So many more are shown to it, made as quickly as can be, and thrown away.
_SHOWN_MORE, _QUICKLY = 16, "q=51,me=dia,subme=0,trellis=0"

# x264 gives a stream's first keyframe the quantiser of ordinary pictures, later ones what makes
# for 1.4 times as many steps (its `ipratio`; six quantisers double a step).
_FIRST_KEYFRAME, _QUANTISERS = round(-6 * math.log2(1.4), 3), 51


def x264(rung: Rung, preset: str, threads: int) -> list[str]:
    """H.264 by x264, High profile, 8 bits: what every device decodes."""
    cap = rung.bitrate_bps_max
    gop = str(rung.gop_frames)
    return [
        *("-c:v", "libx264", "-preset", preset, "-threads", str(threads)),
        *("-crf", f"{rung.crf:g}", "-maxrate", str(cap), "-bufsize", str(_BUFFER_S * cap)),
        *(
            "-profile:v",
            "high",
            "-pix_fmt",
            "yuv420p",
            "-x264-params",
            ":".join(filter(None, (_BALANCE, _JOINED, KEPT.get(preset)))),
        ),
        # A scene cut in one rung would not be one in all.
        *("-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-flags", "+cgop"),
        *_colours(rung),
    ]


def svt_av1(rung: Rung, preset: str) -> list[str]:
    """AV1 by SVT-AV1, Main profile, in as many bits as the picture has: 8, or 10 of HDR.

    One thread each: rungs and chunks keep the cores busy, and more threads for the same bits
    take a fifth more of them.
    """
    cap = rung.bitrate_bps_max
    gop = str(rung.gop_frames)
    wishes = f"crf={rung.crf:g}:scd=0:lp=1"
    form = "yuv420p" if rung.dynamic_range == "sdr" else "yuv420p10le"
    return [
        *("-c:v", "libsvtav1", "-preset", preset, "-svtav1-params", wishes),
        *("-maxrate", str(cap), "-bufsize", str(_BUFFER_S * cap)),
        *("-pix_fmt", form, "-g", gop, "-flags", "+cgop"),
        *_colours(rung),
    ]


def encoder(rung: Rung, presets: tuple[str, str], threads: int) -> list[str]:
    """The rung's own encoder, at its own of the `presets` of x264 and SVT-AV1."""
    if rung.codec == "av1":
        return svt_av1(rung, presets[1])
    return x264(rung, presets[0], threads)


def ending(rung: Rung, frames: int) -> list[str]:
    """Arguments that end a part of a film after so many frames; they go with the encoder's."""
    if rung.codec != "h264" or frames % rung.gop_frames:
        return ["-frames:v", str(frames)]
    shown = frames + _SHOWN_MORE
    return [
        *("-frames:v", str(shown), "-x264opts", f"zones={frames},{shown - 1},{_QUICKLY}"),
        # They begin a group of pictures of their own, so none comes before one that is kept.
        *("-bsf:v", f"noise=drop=gte(n\\,{frames})"),
    ]


def lifted(rung: Rung, pads: str) -> str:
    """Filters that ask x264 for a first keyframe as good as the others, where a film is in parts.

    `pads` is a word that no other filter of the graph uses.
    """
    step = 1 / Fraction(rung.rate)
    offset = f"{_FIRST_KEYFRAME}/{_QUANTISERS}"
    return (
        f"split[{pads}a][{pads}b];"
        f"[{pads}a]trim=end_frame=1,addroi=w=iw:h=ih:qoffset={offset}[{pads}c];"
        f"[{pads}b]trim=start_frame=1[{pads}d];"
        f"[{pads}c][{pads}d]concat,settb={step.numerator}/{step.denominator},setpts=N"
    )


def _colours(rung: Rung) -> list[str]:
    primaries, transfer, matrix = _COLOURS[rung.dynamic_range]
    named = ["-color_primaries", primaries, "-color_trc", transfer, "-colorspace", matrix]
    return [*named, "-color_range", "tv"]


def timescale(rate: str) -> int:
    """Ticks a second in which each picture of this rate lasts a whole number."""
    ticks = Fraction(rate).numerator
    while ticks < _TICKS_MIN:
        ticks *= 10
    return ticks
