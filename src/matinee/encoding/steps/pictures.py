"""Storyboard and stills, both found through the quick rung's keyframes."""

import hashlib
import logging
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matinee.encoding import actions, ffmpeg
from matinee.encoding.programs import Bounds, ProgramError
from matinee.encoding.room import store
from matinee.encoding.rules import filters, ladder
from matinee.encoding.rules import stills as choice
from matinee.encoding.rules import storyboard as board
from matinee.encoding.rules.stills import Look
from matinee.encoding.steps.hands import Hands, patiently
from matinee.encoding.steps.inspect import decode_bounds

log = logging.getLogger(__name__)

BOARD_PART = "storyboard"
_LOOK_SIZE = (64, 36)
_LOOKS_MAX = 400
_STILL_TIME_S = 120.0
_KEYFRAMES = ("-skip_frame", "nokey")


def storyboard(hands: Hands) -> None:
    """Lay small pictures out on sheets, and write the WebVTT that finds them."""
    quick, duration_s = hands.plan.quick[0], hands.plan.duration_s
    layout = board.layout((quick.width, quick.height), duration_s)
    every = round(layout.interval_s / ladder.GOP_S)
    tile = f"tile={board.COLUMNS}x{board.ROWS}"
    shrink = f"scale={layout.width}:{layout.height}:flags=area"
    target = hands.room.part(BOARD_PART)
    with hands.room.draft_folder() as draft:
        done = ffmpeg.run(
            [
                *(*_KEYFRAMES, *ffmpeg.own_input(_quick_rung(hands))),
                *("-vf", f"select='not(mod(n,{every}))',{shrink},{tile}"),
                *("-fps_mode", "passthrough", "-c:v", "mjpeg", "-q:v", "5", "-pix_fmt", "yuvj420p"),
                str(draft / "storyboard-%d.jpg"),
            ],
            decode_bounds(duration_s, file_bytes=64 * 1024 * 1024),
            duration_s=duration_s,
            beat=hands.beat,
        )
        hands.count(done)
        (draft / "storyboard.vtt").write_text(board.webvtt(layout, duration_s))
        if target.exists():
            target.rename(draft / "older")
        draft.rename(target)
    facts = {"interval_s": layout.interval_s, "pictures": layout.pictures}
    patiently(lambda: actions.step_finish(hands.claim, facts, hands.usage()))


def stills(hands: Hands) -> None:
    """Choose a few good frames and put them among the artwork, best first."""
    chosen = choice.choose(_looks(hands))
    keys = []
    for number, look in enumerate(chosen, 1):
        share = 1 / len(chosen)
        key = _still(hands, number, look.at_s)
        if key is not None:
            keys.append(key)
        hands.beat(number * share)
    facts = {"stills": keys, "at_s": [round(look.at_s, 3) for look in chosen]}
    patiently(lambda: actions.step_finish(hands.claim, facts, hands.usage()))


def _looks(hands: Hands) -> list[Look]:
    width, height = _LOOK_SIZE
    keyframes = max(1, int(hands.plan.duration_s / ladder.GOP_S))
    every = -(-keyframes // _LOOKS_MAX)
    with hands.room.draft("looks.rgb") as draft:
        done = ffmpeg.run(
            [
                *(*_KEYFRAMES, *ffmpeg.own_input(_quick_rung(hands))),
                *("-vf", f"select='not(mod(n,{every}))',scale={width}:{height}:flags=area"),
                *("-fps_mode", "passthrough", "-pix_fmt", "rgb24", "-f", "rawvideo", str(draft)),
            ],
            decode_bounds(hands.plan.duration_s, file_bytes=64 * 1024 * 1024),
            beat=hands.beat,
        )
        hands.count(done)
        data = np.fromfile(draft, dtype=np.uint8)
    frames = data.reshape(-1, height, width, 3).astype(np.float32)
    return [look_at(frame, n * every * ladder.GOP_S) for n, frame in enumerate(frames)]


def look_at(frame: NDArray[np.float32], at_s: float) -> Look:
    """Measure a frame (height x width x RGB, 0 to 255)."""
    red, green, blue = frame[..., 0], frame[..., 1], frame[..., 2]
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    across, down = np.abs(np.diff(luma, axis=1)), np.abs(np.diff(luma, axis=0))
    # Hasler and Süsstrunk, "Measuring colourfulness in natural images" (2003).
    rg, yb = red - green, (red + green) / 2 - blue
    spread = float(np.hypot(rg.std(), yb.std()))
    centre = float(np.hypot(rg.mean(), yb.mean()))
    return Look(
        at_s=at_s,
        luma_mean=float(luma.mean()),
        luma_spread=float(luma.std()),
        edges=float(across.mean() + down.mean()),
        colour=spread + 0.3 * centre,
    )


def _still(hands: Hands, number: int, at_s: float) -> str | None:
    with hands.room.draft(f"still-{number}.jpg") as draft:
        if not (_cut_from_source(hands, at_s, draft) or _cut_from_rung(hands, at_s, draft)):
            log.info("no still at %.1f s", at_s)
            draft.touch()
            return None
        mark = hashlib.sha256(draft.read_bytes()).hexdigest()[:12]
        key = f"artwork/{hands.claim.title_id}/still-{number}-{mark}.jpg"
        store().put_file(draft, key)
    return key


def _cut_from_source(hands: Hands, at_s: float, draft: Path) -> bool:
    film = hands.source.picture
    arguments = [
        *("-ss", f"{at_s:.3f}"),
        *ffmpeg.source_input(hands.room.source(hands.claim.source_key)),
        *("-map", f"0:{film.index}", "-vf", filters.picture(film, hands.plan.still_size, None)),
    ]
    return _cut(hands, arguments, draft)


def _cut_from_rung(hands: Hands, at_s: float, draft: Path) -> bool:
    # Some containers cannot be sought in; the rung always can.
    return _cut(hands, ["-ss", f"{at_s:.3f}", *ffmpeg.own_input(_quick_rung(hands))], draft)


def _cut(hands: Hands, arguments: list[str], draft: Path) -> bool:
    jpeg = ["-frames:v", "1", "-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p"]
    bounds = Bounds(_STILL_TIME_S, file_bytes=64 * 1024 * 1024)
    try:
        hands.count(ffmpeg.run([*arguments, *jpeg, "-f", "image2", str(draft)], bounds))
    except ProgramError:
        return False
    return draft.is_file() and draft.stat().st_size > 0


def _quick_rung(hands: Hands) -> Path:
    return hands.room.part(f"{hands.plan.quick[0].name}.mp4")
