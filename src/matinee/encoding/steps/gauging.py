"""How easy each GOP of a film is, by its quick rungs; a long film is looked at in parts."""

from matinee.encoding import actions, ffmpeg, queries, settings
from matinee.encoding.rules import ease, plan, quality
from matinee.encoding.rules.windows import Window, gop_frames
from matinee.encoding.steps.hands import Hands, patiently
from matinee.encoding.steps.inspect import decode_bounds
from matinee.encoding.steps.quality import LOG_BYTES, from_gop, read_log


def gauge(hands: Hands) -> None:
    """See how easy each GOP is: the low quick rung against the tall one. See `rules.ease`.

    What was seen of a film's parts is put together.
    """
    frames, found = hands.plan.frames, list[float]()
    if frames and len(hands.plan.quick) > 1:
        told = queries.facts_of(hands.claim.encode_id, f"{plan.EASE}-")
        parts = [facts["scores"] for facts in told.values()]
        scores = [score for part in parts for score in part] if parts else _scores(hands, None)
        found = ease.of_gops(scores, frames, hands.plan.rate)
    patiently(lambda: actions.step_finish(hands.claim, {"ease": found}, hands.usage()))


def gauge_part(hands: Hands) -> None:
    """See that of a part of a long film."""
    frames, scores = hands.plan.frames, list[float | None]()
    if frames and len(hands.plan.quick) > 1:
        number, of = int(plan.number_of(hands.claim.name)), ease.parts(hands.plan.duration_s)
        part = ease.part(frames, hands.plan.rate, number, of)
        # Of a film with few pictures, some parts may hold none that can be measured.
        scores = ease.scored([], part, frames)
        if scores:
            scores = ease.scored(_scores(hands, part), part, frames)
    patiently(lambda: actions.step_finish(hands.claim, {"scores": scores}, hands.usage()))


def _scores(hands: Hands, part: Window | None) -> list[float]:
    """VMAF of the low quick rung's threes against the tall one, of a part or (None) of all."""
    tall, low = (hands.room.part(f"{rung.name}.mp4") for rung in hands.plan.quick[:2])
    before = [] if part is None else from_gop(part, part.first_frame // gop_frames(part.rate))
    chosen = ease.selected(hands.plan.frames or 1, hands.plan.rate)
    size = f"{hands.plan.quick[0].width}:{hands.plan.quick[0].height}"
    threads = str(settings.get().threads_max)
    with hands.room.draft_folder() as folder:
        log = folder / "ease.json"
        graph = (
            f"[0:v]{chosen}[r];[1:v]{chosen},scale={size}:flags=bicubic[d];[d][r]libvmaf="
            f"model={quality.MODEL}:n_threads={threads}:n_subsample={quality.THREE}:shortest=1"
            f":log_fmt=json:log_path={log}[v]"
        )
        inputs = [*before, *ffmpeg.own_input(tall), *before, *ffmpeg.own_input(low)]
        done = ffmpeg.run(
            [
                *(*inputs, "-filter_complex", graph),
                *("-map", "[v]", "-fps_mode", "passthrough", "-f", "null", "-"),
            ],
            decode_bounds(hands.plan.duration_s, file_bytes=LOG_BYTES),
            beat=hands.beat,
        )
        hands.count(done)
        return read_log(log)
