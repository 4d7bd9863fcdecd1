"""How pictures become rungs: ffmpeg's outputs, one per rung, all fed by one decode."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matinee.encoding import settings
from matinee.encoding.rules import encoders, filters
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.source import Picture
from matinee.encoding.steps.hands import Hands

QUICK_PRESET = "superfast"
# Room for headers, and for rates above the cap in a short film.
_FILE_BYTES_LEAST = 64 * 1024 * 1024


def outputs(
    film: Picture, stream: int, fps: str, made: Mapping[Rung, Sequence[str | Path]], preset: str
) -> list[str]:
    """The outputs of an ffmpeg that reads the film as its first input.

    `stream` is the picture's, `fps` the filter of `windows.seek`; in `made` a rung's path comes
    last, after options of its own: where there are any, it is a part that will be joined to others.
    """
    threads = settings.get().threads_max
    presets = (preset, str(settings.get().av1_preset))
    parts = {rung.name for rung, (*options, _) in made.items() if options}
    found = ["-filter_complex", _drawn(film, stream, fps, {r: r.name in parts for r in made})]
    for rung, (*options, path) in made.items():
        found += [
            *("-map", f"[{rung.name}]", "-an", "-sn", "-dn", "-map_metadata", "-1"),
            *("-map_chapters", "-1", *map(str, options)),
            *encoders.encoder(rung, presets, encoders.PART_THREADS if options else threads),
            *("-video_track_timescale", str(encoders.timescale(rung.rate)), "-f", "mp4"),
            str(path),
        ]
    return found


def _drawn(film: Picture, stream: int, fps: str, rungs: Mapping[Rung, bool]) -> str:
    """A filter graph with a pad per rung, by its name; rungs of one size share the scaling.

    `rungs` says of each whether it is only a part of the film.
    """
    alike: dict[str, list[str]] = {}
    for rung, is_part in rungs.items():
        drawn = filters.picture(film, (rung.width, rung.height), fps, rung.dynamic_range)
        if is_part and rung.codec == "h264":
            drawn += "," + encoders.lifted(rung, f"first{rung.width}x{rung.height}")
        alike.setdefault(drawn, []).append(f"[{rung.name}]")
    return ";".join(
        f"[0:{stream}]{drawn},split={len(pads)}{''.join(pads)}" for drawn, pads in alike.items()
    )


def bytes_max(rungs: Sequence[Rung], seconds: float) -> int:
    """The largest file that may come out."""
    most_bps = max((rung.bitrate_bps_max for rung in rungs), default=0)
    return _FILE_BYTES_LEAST + int(most_bps / 8 * seconds * 3)


def keep(hands: Hands, made: Mapping[Rung, Path]) -> None:
    """Give finished files their names."""
    for path in made.values():
        path.replace(hands.room.part(path.name))
