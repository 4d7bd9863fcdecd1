"""The ladder as its trials foretell it, before anything of it is made."""

from collections.abc import Sequence

from matinee.contracts.encode_outlooks import PlannedRung
from matinee.contracts.encoding import Trial, VideoCodec
from matinee.encoding.rules import choice


def planned(codec: VideoCodec, trials: Sequence[Trial]) -> list[PlannedRung]:
    """The rungs of a codec that its trials lead to, best first; none where nothing was tried."""
    curves = choice.curves_of(codec, trials)
    if not curves:
        return []
    return [
        PlannedRung(
            name=f"{codec}-{number}",
            codec=codec,
            lines=spot.lines,
            bitrate_bps=round(spot.bitrate_bps),
            vmaf=round(spot.vmaf, 2),
        )
        for number, spot in enumerate(choice.spots(codec, curves), 1)
    ]
