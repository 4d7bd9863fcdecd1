"""Sound: every audio track of a film as tracks that players choose from."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from matinee.encoding import actions, ffmpeg
from matinee.encoding.rules import plan, sound
from matinee.encoding.rules.sound import Level, Loudness, Variant
from matinee.encoding.steps.findings import Findings
from matinee.encoding.steps.hands import Hands, patiently
from matinee.encoding.steps.inspect import decode_bounds

# A limiter takes a little loudness away, and coding adds to peaks; once more is enough.
_TRIES = 3
_ENCODERS = {
    "aac": ("-c:a", "aac"),
    "opus": ("-c:a", "libopus", "-vbr", "on", "-application", "audio", "-frame_duration", "20"),
}
# Room for headers, and for rates above the mean.
_FILE_BYTES_LEAST = 16 * 1024 * 1024


def audio(hands: Hands) -> None:
    """Encode an audio track in every variant, at an even loudness that is measured afterwards."""
    number = int(plan.number_of(hands.claim.name))
    track = hands.source.sounds[number]
    heard: dict[str, dict[str, float]] = hands.claim.facts[plan.CHECK].get("loudness", {})
    levels = {
        channels: sound.level(_loudness(heard.get(f"{number}-{channels}")))
        for channels in sound.mixes(track)
    }
    wanted = sound.variants(track)
    with ExitStack() as stack:
        drafts = {
            one: stack.enter_context(hands.room.draft(f"{hands.claim.name}-{one.name}.mp4"))
            for one in wanted
        }
        for _ in range(_TRIES):
            _encode(hands, number, levels, drafts)
            made = _measure(hands, drafts)
            better = _better(levels, made)
            if not better:
                break
            levels |= better
        parts = [_part(one, path, made[one.name], hands) for one, path in drafts.items()]
    facts = {"parts": parts, "gain_db": {str(n): one.gain_db for n, one in levels.items()}}
    patiently(lambda: actions.step_finish(hands.claim, facts, hands.usage()))


def _loudness(figures: Mapping[str, float] | None) -> Loudness | None:
    return None if figures is None else Loudness(**figures)


def _encode(
    hands: Hands, number: int, levels: Mapping[int, Level], drafts: Mapping[Variant, Path]
) -> None:
    duration_s = hands.plan.duration_s
    outputs: list[str] = []
    for one, path in drafts.items():
        outputs += ["-map", f"[{one.name}]", *_ENCODERS[one.codec], "-b:a", str(one.bitrate_bps)]
        outputs += ["-map_metadata", "-1", "-map_chapters", "-1", "-f", "mp4", str(path)]
    most_bps = max(one.bitrate_bps for one in drafts)
    bytes_max = _FILE_BYTES_LEAST + int(most_bps / 8 * duration_s * 3)
    film = hands.film(heard=True)
    stream = f"0:{film.sound_indexes[number]}"
    graph = sound.graph(stream, levels, tuple(drafts), round(duration_s * sound.RATE))
    done = ffmpeg.run(
        [
            *(*film.opened(), "-filter_complex", graph, *outputs),
        ],
        decode_bounds(duration_s, file_bytes=bytes_max),
        duration_s=duration_s,
        beat=hands.part_of(0.0, 0.8),
    )
    hands.count(done)


def _measure(hands: Hands, drafts: Mapping[Variant, Path]) -> dict[str, Loudness]:
    """How loud each variant is as a player decodes it."""
    findings = Findings()
    inputs = [word for path in drafts.values() for word in ffmpeg.own_input(path)]
    names = [one.name for one in drafts]
    # One graph, as meters of several would mix up what they report.
    meters = (f"[{n}:a]{sound.meter(name)}[{name}]" for n, name in enumerate(names))
    graph = ["-filter_complex", ";".join(meters)]
    outputs = [word for name in names for word in ("-map", f"[{name}]", "-f", "null", "-")]
    duration_s = hands.plan.duration_s
    done = ffmpeg.run(
        [*inputs, *graph, *outputs],
        decode_bounds(duration_s),
        duration_s=duration_s,
        beat=hands.part_of(0.8, 0.2),
        on_error=findings.hear,
    )
    hands.count(done)
    return findings.loudness


def _better(levels: Mapping[int, Level], made: Mapping[str, Loudness]) -> dict[int, Level]:
    """The levels that would bring what missed its aim closer to it."""
    better = {}
    for channels, before in levels.items():
        own: Sequence[Loudness] = [
            one for name, one in made.items() if name.endswith(f"-{channels}")
        ]
        level = sound.corrected(before, own)
        if level is not None:
            better[channels] = level
    return better


def _part(one: Variant, path: Path, loudness: Loudness, hands: Hands) -> dict[str, Any]:
    length_s, size_bytes = ffmpeg.size_of(path)
    return {
        "file": f"{hands.claim.name}-{one.name}.mp4",
        "codec": one.codec,
        "channels": one.channels,
        "duration_s": length_s,
        "size_bytes": size_bytes,
        "bitrate_bps": round(size_bytes * 8 / max(0.001, length_s)),
        "loudness_lufs": loudness.lufs,
        "true_peak_dbtp": loudness.peak_dbtp,
    }
