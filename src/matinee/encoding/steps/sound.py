"""Sound: every audio track of a film as tracks that players choose from."""

from matinee.encoding import actions, ffmpeg
from matinee.encoding.rules import filters, plan
from matinee.encoding.steps.hands import Hands, patiently
from matinee.encoding.steps.inspect import decode_bounds

AUDIO_BITRATE = "128k"
_AUDIO_BYTES_PER_S = 64_000
# Room for headers, and for rates above the cap in a short film.
_FILE_BYTES_LEAST = 64 * 1024 * 1024


def audio(hands: Hands) -> None:
    """Encode one audio track as stereo AAC at an even loudness."""
    number = plan.number_of(hands.claim.name)
    sound = hands.source.sounds[int(number)]
    gain_db = hands.claim.facts[plan.CHECK]["gain_db"].get(number, 0.0)
    duration_s = hands.plan.duration_s
    bytes_max = _FILE_BYTES_LEAST + int(_AUDIO_BYTES_PER_S * duration_s)
    with hands.room.draft(f"{hands.claim.name}.mp4") as draft:
        done = ffmpeg.run(
            [
                *ffmpeg.source_input(hands.room.source(hands.claim.source_key)),
                *("-map", f"0:{sound.index}", "-vn", "-sn", "-dn", "-map_metadata", "-1"),
                *("-map_chapters", "-1", "-af", filters.sound(gain_db)),
                *("-c:a", "aac", "-b:a", AUDIO_BITRATE, "-ar", "48000", str(draft)),
            ],
            decode_bounds(duration_s, file_bytes=bytes_max),
            duration_s=duration_s,
            beat=hands.beat,
        )
        hands.count(done)
        length_s, size_bytes = ffmpeg.size_of(draft)
    facts = {"duration_s": length_s, "size_bytes": size_bytes, "gain_db": gain_db}
    patiently(lambda: actions.step_finish(hands.claim, facts, hands.usage()))
