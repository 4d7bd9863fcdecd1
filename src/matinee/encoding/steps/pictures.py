"""Storyboard and stills, both found through the quick rung's keyframes."""

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matinee.encoding import actions, ffmpeg
from matinee.encoding.programs import Bounds, ProgramError
from matinee.encoding.room import store
from matinee.encoding.rules import filters, ladder, plan
from matinee.encoding.rules import stills as choice
from matinee.encoding.rules import storyboard as board
from matinee.encoding.rules.stills import Look
from matinee.encoding.rules.windows import Window
from matinee.encoding.steps.hands import Hands, patiently
from matinee.encoding.steps.inspect import decode_bounds

log = logging.getLogger(__name__)

BOARD_PART = "storyboard"
_LOOK_SIZE = (64, 36)
_LOOKS_MAX = 400
_STILL_TIME_S = 120.0
_KEYFRAMES = ("-skip_frame", "nokey")
_JPEG = ("-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p", "-f", "image2")


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
    """Put a few good frames among the artwork, best first: small ones early, tall ones later."""
    if hands.claim.name == plan.FULL_STILLS:
        _full_stills(hands)
    else:
        _first_stills(hands)


def _first_stills(hands: Hands) -> None:
    """Choose the frames among the quick rung's keyframes, and take them from there."""
    chosen = choice.choose(_looks(hands))
    with hands.room.draft_folder() as folder:
        cut = _cut_from_rung(hands, chosen, folder)
        keys = [_published(hands, path) for _, path in cut]
    facts = {"stills": keys, "at_s": [round(look.at_s, 3) for look, _ in cut]}
    patiently(lambda: actions.step_finish(hands.claim, facts, hands.usage()))


def _full_stills(hands: Hands) -> None:
    """Cut the chosen frames once more, as large as the film; those that cannot be stay small."""
    chosen = hands.claim.facts[plan.STILLS]
    keys = []
    for number, (small, at_s) in enumerate(zip(chosen["stills"], chosen["at_s"], strict=True), 1):
        with hands.room.draft_folder() as folder:
            path = folder / f"still-{number}.jpg"
            keys.append(_published(hands, path) if _cut_from_film(hands, at_s, path) else small)
        hands.beat(number / len(chosen["stills"]))
    facts = {"stills": keys}
    patiently(lambda: actions.step_finish(hands.claim, facts, hands.usage()))


def _published(hands: Hands, path: Path) -> str:
    """The artwork's key of a still."""
    mark = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    key = f"artwork/{hands.claim.title_id}/{path.stem}-{mark}.jpg"
    store().put_file(path, key)
    return key


def _looks(hands: Hands) -> list[Look]:
    width, height = _LOOK_SIZE
    every = _looked_at_every(hands)
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
    return [look_at(frame, n * every * _gop_s(hands)) for n, frame in enumerate(frames)]


def _looked_at_every(hands: Hands) -> int:
    keyframes = max(1, int(hands.plan.duration_s / ladder.GOP_S))
    return -(-keyframes // _LOOKS_MAX)


def _gop_s(hands: Hands) -> float:
    """Seconds between two keyframes of a rung."""
    return Window(0, hands.plan.quick[0].gop_frames, hands.plan.rate).duration_s


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


def _cut_from_rung(hands: Hands, chosen: Sequence[Look], folder: Path) -> list[tuple[Look, Path]]:
    """The frames, which are all keyframes, as pictures named by their place among `chosen`."""
    gop_s = _gop_s(hands)
    by_time = sorted(chosen, key=lambda look: look.at_s)
    wanted = "+".join(f"eq(n,{round(look.at_s / gop_s)})" for look in by_time)
    done = ffmpeg.run(
        [
            *(*_KEYFRAMES, *ffmpeg.own_input(_quick_rung(hands))),
            *("-vf", f"select='{wanted}'", "-fps_mode", "passthrough", *_JPEG),
            str(folder / "%d.jpg"),
        ],
        decode_bounds(hands.plan.duration_s, file_bytes=64 * 1024 * 1024),
        beat=hands.beat,
    )
    hands.count(done)
    cut = {look: folder / f"{order}.jpg" for order, look in enumerate(by_time, 1)}
    return [
        (look, cut[look].rename(folder / f"still-{place}.jpg"))
        for place, look in enumerate(chosen, 1)
        if cut[look].exists()
    ]


def _cut_from_film(hands: Hands, at_s: float, to: Path) -> bool:
    film, picture = hands.film(), hands.source.picture
    by_timestamp = [] if film.zero_s is None else ["-seek_timestamp", "1"]
    before = [*by_timestamp, "-ss", f"{at_s + (film.zero_s or 0.0):.3f}"]
    drawn = filters.picture(picture, hands.plan.still_size, None)
    bounds = Bounds(_STILL_TIME_S, file_bytes=64 * 1024 * 1024)
    map_ = ("-map", f"0:{film.picture_index}", "-vf", drawn, "-frames:v", "1")
    try:
        hands.count(ffmpeg.run([*before, *film.input, *map_, *_JPEG, str(to)], bounds))
    except ProgramError as error:
        log.info("no still at %.1f s: %s", at_s, error)
    return to.is_file() and to.stat().st_size > 0


def _quick_rung(hands: Hands) -> Path:
    return hands.room.part(f"{hands.plan.quick[0].name}.mp4")
