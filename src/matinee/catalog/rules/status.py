"""The status of a title, which follows from facts."""

from dataclasses import dataclass

from matinee.contracts.catalog import TitleKind, TitleStatus


@dataclass(frozen=True)
class Facts:
    """What the status of a title follows from."""

    kind: TitleKind
    withdrawn: bool = False
    playable: bool = False
    has_film: bool = False
    encode_failed: bool = False
    encode_stopped: bool = False
    series_withdrawn: bool = False
    has_published_episode: bool = False


def status_of(facts: Facts) -> TitleStatus:
    """The one status that the facts allow; an encode that ended takes nothing from what plays."""
    if facts.withdrawn or facts.series_withdrawn:
        return "withdrawn"
    if facts.kind == "series":
        return "published" if facts.has_published_episode else "draft"
    if facts.playable:
        return "published"
    if facts.encode_failed:
        return "failed"
    return "processing" if facts.has_film and not facts.encode_stopped else "draft"
