"""Rungs: the renditions of the picture that a package is made of."""

from fractions import Fraction

from matinee.encoding import actions, ffmpeg, settings
from matinee.encoding.rules import filters, ladder, plan
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.steps.hands import Hands, patiently
from matinee.encoding.steps.inspect import decode_bounds

QUICK_PRESET = "superfast"
# Fine enough for sound and picture to meet.
_TICKS_MIN = 10_000
# Room for headers, and for rates above the cap in a short film.
_FILE_BYTES_LEAST = 64 * 1024 * 1024


def rung(hands: Hands) -> None:
    """Encode one rung as a file of its own, with keyframes where all rungs have them."""
    number = plan.number_of(hands.claim.name)
    wanted = {r.name: r for r in hands.plan.rungs}.get(number, hands.plan.quick)
    preset = QUICK_PRESET if hands.claim.name == plan.QUICK_RUNG else settings.get().preset
    duration_s = hands.plan.duration_s
    bytes_max = _FILE_BYTES_LEAST + int(wanted.bitrate_bps_max / 8 * duration_s * 3)
    film = hands.source.picture
    steady = f"fps={wanted.rate}:start_time=0"
    threads = str(settings.get().threads_max)
    with hands.room.draft(f"{hands.claim.name}.mp4") as draft:
        done = ffmpeg.run(
            [
                *("-threads", threads),
                *ffmpeg.source_input(hands.room.source(hands.claim.source_key)),
                *("-map", f"0:{film.index}", "-an", "-sn", "-dn", "-map_metadata", "-1"),
                *("-map_chapters", "-1", "-filter_threads", threads),
                *("-vf", filters.picture(film, (wanted.width, wanted.height), steady)),
                *x264(wanted, preset, threads),
                *("-video_track_timescale", str(timescale(wanted.rate)), str(draft)),
            ],
            decode_bounds(duration_s, file_bytes=bytes_max),
            duration_s=duration_s,
            beat=hands.beat,
        )
        hands.count(done)
        _, size_bytes = duration_and_size = ffmpeg.size_of(draft)
    facts = {
        "width": wanted.width,
        "height": wanted.height,
        "duration_s": duration_and_size[0],
        "size_bytes": size_bytes,
        "frames": done[1].frames,
    }
    patiently(lambda: actions.step_finish(hands.claim, facts, hands.usage()))


def x264(wanted: Rung, preset: str, threads: str) -> list[str]:
    """Capped constant quality; closed GOPs that begin every 2 s and nowhere else."""
    cap = wanted.bitrate_bps_max
    return [
        *("-c:v", "libx264", "-preset", preset, "-threads", threads, "-crf", str(wanted.crf)),
        *("-maxrate", str(cap), "-bufsize", str(2 * cap), "-profile:v", "high"),
        *("-pix_fmt", "yuv420p", "-force_key_frames", f"expr:gte(t,n_forced*{ladder.GOP_S})"),
        # Forced keyframes only: a scene cut in one rung would not be one in all.
        *("-g", "100000", "-sc_threshold", "0", "-forced-idr", "1", "-flags", "+cgop"),
        *("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"),
    ]


def timescale(rate: str) -> int:
    """Ticks a second in which each picture of this rate lasts a whole number."""
    ticks = Fraction(rate).numerator
    while ticks < _TICKS_MIN:
        ticks *= 10
    return ticks
