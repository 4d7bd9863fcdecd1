"""Text: every subtitle track of a film as WebVTT."""

import logging

from matinee.encoding import actions, ffmpeg
from matinee.encoding.programs import ProgramError
from matinee.encoding.steps.hands import Hands, patiently
from matinee.encoding.steps.inspect import decode_bounds

log = logging.getLogger(__name__)

_TEXT_BYTES_MAX = 32 * 1024 * 1024
_CUE_MARK = "-->"


def text(hands: Hands) -> None:
    """Turn every text track into WebVTT; one that is empty or unreadable is left out."""
    path = hands.room.source(hands.claim.source_key)
    kept: list[int] = []
    for number, track in enumerate(hands.source.texts):
        name = f"text-{number}.vtt"
        share = 1 / len(hands.source.texts)
        try:
            with hands.room.draft(name) as draft:
                done = ffmpeg.run(
                    [
                        *ffmpeg.source_input(path),
                        *("-map", f"0:{track.index}", "-c:s", "webvtt", "-f", "webvtt", str(draft)),
                    ],
                    decode_bounds(hands.plan.duration_s, file_bytes=_TEXT_BYTES_MAX),
                    duration_s=hands.plan.duration_s,
                    beat=hands.part_of(number * share, share),
                )
                hands.count(done)
        except ProgramError as error:
            log.warning("subtitle track %s could not be read: %s", track.index, error)
            continue
        if _CUE_MARK in hands.room.part(name).read_text(errors="replace"):
            kept.append(number)
        else:
            log.info("subtitle track %s is empty and left out", track.index)
    facts = {"kept": kept}
    patiently(lambda: actions.step_finish(hands.claim, facts, hands.usage()))
