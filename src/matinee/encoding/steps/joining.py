"""Rungs as whole files: chunks are put behind each other, and nothing is encoded anew."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from matinee.contracts.encoding import VideoCodec
from matinee.encoding import actions, ffmpeg, programs
from matinee.encoding.programs import Bounds
from matinee.encoding.rules import encoders, plan
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.unfit import Unfit
from matinee.encoding.rules.windows import Window
from matinee.encoding.steps.hands import Hands, patiently

_GIB = 1024**3
_COUNT_S = 60.0
_JOIN_S_LEAST, _JOIN_S_PER_S = 300.0, 0.5


class Joined(NamedTuple):
    """A rung as one file."""

    rung: Rung
    path: Path


def videos(hands: Hands, *, complete: bool) -> list[Joined]:
    """The rungs of the full package or of the quick one, in the order of the plan."""
    if not complete:
        return [Joined(r, hands.room.part(f"{r.name}.mp4")) for r in hands.plan.quick]
    return [one for codec in hands.plan.codecs for one in _of_codec(hands, codec)]


def join(hands: Hands) -> None:
    """Put a codec's chunks behind each other, once none of them is encoded anew any more."""
    _of_codec(hands, plan.codec_of(hands.claim.name))
    patiently(lambda: actions.step_finish(hands.claim, {}, hands.usage()))


def _of_codec(hands: Hands, codec: VideoCodec) -> list[Joined]:
    return [Joined(rung, _joined(hands, rung, made)) for rung, made in hands.plan.made(codec)]


def _joined(hands: Hands, rung: Rung, made: Mapping[int, int]) -> Path:
    """The rung's chunks, each of its own round, as one file; they are removed once it is there."""
    target = hands.room.part(f"{rung.name}.mp4")
    cuts = hands.plan.windows()
    parts = [hands.room.part(plan.part_name(rung, made[n], n)) for n in range(len(cuts))]
    if not target.exists():
        refuse_without_room(hands, sum(part.stat().st_size for part in parts))
        _concatenate(hands, rung, list(zip(parts, cuts, strict=True)))
    for part in parts:
        part.unlink(missing_ok=True)
    return target


def _concatenate(hands: Hands, rung: Rung, parts: Sequence[tuple[Path, Window]]) -> None:
    frames = sum(cut.frames for _, cut in parts)
    lines = ["ffconcat version 1.0"]
    for path, cut in parts:
        lines += [f"file {path.name}", f"duration {cut.duration_s:.6f}"]
    size_bytes = sum(path.stat().st_size for path, _ in parts)
    bounds = Bounds(_JOIN_S_LEAST + _JOIN_S_PER_S * hands.plan.duration_s, 2 * size_bytes + _GIB)
    with (
        hands.room.draft(f"{rung.name}.ffconcat") as listed,
        hands.room.draft(f"{rung.name}.mp4") as draft,
    ):
        listed.write_text("\n".join([*lines, ""]))
        done = ffmpeg.run(
            [
                *("-f", "concat", "-safe", "1", *ffmpeg.own_input(listed), "-c", "copy"),
                *("-video_track_timescale", str(encoders.timescale(rung.rate)), str(draft)),
            ],
            bounds,
            beat=lambda _: hands.beat(0.0),
        )
        hands.count(done)
        refuse_other_count(draft, frames)


def frames_of(path: Path) -> int:
    """How many pictures a file of ours holds, as its index says."""
    show = ["-v", "error", "-of", "json", "-select_streams", "v", "-show_entries"]
    asked = [*show, "stream=nb_frames", *ffmpeg.own_input(path)]
    answer = programs.run("ffprobe", asked, Bounds(_COUNT_S))
    streams = json.loads(answer.output).get("streams", [])
    return int(streams[0].get("nb_frames", 0)) if streams else 0


def refuse_other_count(path: Path, frames: int) -> None:
    """RuntimeError unless the file holds exactly so many pictures."""
    held = frames_of(path)
    if held != frames:
        msg = f"{path.name} holds {held} frames where {frames} belong"
        raise RuntimeError(msg)


def refuse_without_room(hands: Hands, needed_bytes: float) -> None:
    """Unfit unless the work folder may still take so many bytes."""
    free = hands.room.free_bytes()
    if needed_bytes > free:
        msg = (
            "There is not enough disk space to go on with this film: "
            f"{needed_bytes / _GIB:.2f} GiB are needed next and {max(0, free) / _GIB:.2f} GiB "
            "may be used. "
            "Free some space, then have the film encoded again."
        )
        raise Unfit(msg)
