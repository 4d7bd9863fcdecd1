"""The pictures of a film as rungs: an index to find them by, the quick rungs, and chunks."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matinee.encoding import actions, ffmpeg, settings
from matinee.encoding.programs import Bounds, ProgramError
from matinee.encoding.rules import encoders, plan
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.quality import Measured
from matinee.encoding.rules.windows import Window, seek
from matinee.encoding.steps import joining, quality, rungs, trials
from matinee.encoding.steps.hands import INDEX_PART, INDEX_ZERO_S, Hands, patiently
from matinee.encoding.steps.inspect import decode_bounds

log = logging.getLogger(__name__)

# Room for headers.
_FILE_BYTES_LEAST = 64 * 1024 * 1024
# A chunk is short, but its encoders may be slow and share the machine with others.
_CHUNK_S_LEAST, _CHUNK_S_PER_S = 900.0, 180.0
_CHUNK_STALL_S = 300.0
_ENCODING_SHARE = 0.8


def index(hands: Hands) -> None:
    """Copy pictures and sound into a container in which every keyframe is found by its time.

    Sound that the container cannot hold stays where it is.
    """
    sounds = [sound.index for sound in hands.source.sounds]
    try:
        _copy(hands, sounds)
    except ProgramError as error:
        if not sounds:
            raise
        log.info("the index of %s gets no sound: %s", hands.claim.encode_id, error)
        sounds = []
        _copy(hands, sounds)
    facts = {
        "size_bytes": hands.room.part(INDEX_PART).stat().st_size,
        "has_sounds": len(sounds) == len(hands.source.sounds),
    }
    patiently(lambda: actions.step_finish(hands.claim, facts, hands.usage()))


def _copy(hands: Hands, sounds: Sequence[int]) -> None:
    """Make the index; timestamps that are missing are made, and begin late enough to be kept."""
    source = hands.source
    maps = [word for track in (source.picture.index, *sounds) for word in ("-map", f"0:{track}")]
    bytes_max = _FILE_BYTES_LEAST + 2 * source.size_bytes
    with hands.room.draft(INDEX_PART) as draft:
        done = ffmpeg.run(
            [
                *("-fflags", "+genpts"),
                *ffmpeg.source_input(hands.room.source(hands.claim.source_key)),
                *(*maps, "-c", "copy", "-map_metadata", "-1", "-map_chapters", "-1"),
                *("-output_ts_offset", f"{INDEX_ZERO_S:g}", "-f", "matroska", str(draft)),
            ],
            decode_bounds(hands.plan.duration_s, file_bytes=bytes_max),
            duration_s=hands.plan.duration_s + INDEX_ZERO_S,
            beat=hands.beat,
        )
        hands.count(done)


@dataclass(frozen=True)
class _Job:
    """A window of the film, or all of it where it has no frames, to be made as some rungs."""

    window: Window
    made: Mapping[Rung, Path]
    preset: str
    bounds: Bounds
    # Which part of its step this is.
    begins: float = 0.0
    share: float = 1.0
    # What will be looked at to measure the rungs: its pictures are kept on the way.
    seen: quality.Looking | None = None


def quick(hands: Hands) -> None:
    """Encode the rungs that make a film playable early, unless the check did; count its frames."""
    parts = {rung: hands.room.part(f"{rung.name}.mp4") for rung in hands.plan.quick}
    if not all(path.exists() for path in parts.values()):
        _encode_quick(hands)
    counted = {rung.name: joining.frames_of(path) for rung, path in parts.items()}
    if len(set(counted.values())) != 1 or not all(counted.values()):
        msg = f"the quick rungs differ in their frames: {counted}"
        raise RuntimeError(msg)
    best = hands.plan.quick[0]
    facts = {
        "frames": counted[best.name],
        "size_bytes": {rung.name: path.stat().st_size for rung, path in parts.items()},
        "gop_bytes": trials.gop_bytes(parts[best]),
    }
    patiently(lambda: actions.step_finish(hands.claim, facts, hands.usage()))


def _encode_quick(hands: Hands) -> None:
    duration_s = hands.plan.duration_s
    most = rungs.bytes_max(hands.plan.quick, duration_s)
    bounds = decode_bounds(duration_s, file_bytes=most)
    with hands.room.draft_folder() as folder:
        made = {rung: folder / f"{rung.name}.mp4" for rung in hands.plan.quick}
        _encode(hands, _Job(Window(0, 0, hands.plan.rate), made, rungs.QUICK_PRESET, bounds))
        rungs.keep(hands, made)


def chunk(hands: Hands) -> None:
    """Encode a chunk of the film for every rung of its round, and measure what came of it.

    What is there under its final name was finished by whoever did this step before.
    """
    name = plan.chunk_of(hands.claim.name)
    wanted = hands.plan.rounds[name.codec][name.round].of_chunk(name.number)
    window = hands.plan.windows()[name.number]
    parts = {rung.name: _part(hands, rung, name.round, name.number) for rung in wanted}
    for older in range(name.round):
        # What is encoded once more was not good enough to be kept.
        for rung in wanted:
            _part(hands, rung, older, name.number).unlink(missing_ok=True)
    measured = _made_and_measured(hands, window, {rung: parts[rung.name] for rung in wanted})
    facts: dict[str, Any] = {
        "frames": window.frames,
        "size_bytes": {rung: path.stat().st_size for rung, path in parts.items()},
        "vmaf": {rung: one.model_dump(mode="json") for rung, one in measured.items()},
    }
    patiently(lambda: actions.step_finish(hands.claim, facts, hands.usage()))


def _made_and_measured(
    hands: Hands, window: Window, parts: Mapping[Rung, Path]
) -> dict[str, Measured]:
    """Make what is not there yet of a chunk; VMAF by rung, nothing where it is not measured."""
    groups = plan.bundles([rung for rung, path in parts.items() if not path.exists()])
    share = _ENCODING_SHARE / max(1, len(groups))
    kind, seconds = next(iter(parts)).dynamic_range, window.duration_s
    time_s = _CHUNK_S_LEAST + _CHUNK_S_PER_S * seconds
    with hands.room.draft_folder() as folder:
        seen = quality.looking(hands, window, kind, folder / "film.nut")
        for number, group in enumerate(groups):
            # The first one decodes for all that is looked at.
            shots = None if number else seen
            made = {rung: folder / parts[rung].name for rung in group}
            most = rungs.bytes_max(group, seconds) + (shots.kept_bytes if shots else 0)
            bounds = Bounds(time_s, most, _CHUNK_STALL_S)
            beats = (number * share, share)
            _bundle(hands, _Job(window, made, settings.get().preset, bounds, *beats, shots))
        return {} if seen is None else quality.measure(hands, seen, parts)


def _part(hands: Hands, rung: Rung, round_number: int, chunk_number: int) -> Path:
    return hands.room.part(plan.part_name(rung, round_number, chunk_number))


def _bundle(hands: Hands, job: _Job) -> None:
    """Make the parts of some rungs by one decode."""
    most = sum(rung.bitrate_bps_max for rung in job.made) / 8 * job.window.duration_s
    joining.refuse_without_room(hands, most + (job.seen.kept_bytes if job.seen else 0))
    _encode(hands, job)
    for path in job.made.values():
        joining.refuse_other_count(path, job.window.frames)
    rungs.keep(hands, job.made)


def _encode(hands: Hands, job: _Job) -> None:
    film = hands.film()
    before, fps = seek(job.window, film.zero_s)
    frames = job.window.frames
    made = {
        rung: [*(encoders.ending(rung, frames) if frames else ()), path]
        for rung, path in job.made.items()
    }
    count = str(settings.get().threads_max)
    kept = [] if job.seen is None else job.seen.keeping(hands, fps)
    done = ffmpeg.run(
        [
            *("-threads", count, *before, *film.input, "-filter_threads", count),
            *rungs.outputs(hands.source.picture, film.picture_index, fps, made, job.preset),
            *kept,
        ],
        job.bounds,
        duration_s=job.window.duration_s or hands.plan.duration_s,
        beat=hands.part_of(job.begins, job.share),
    )
    hands.count(done)
