"""The status of a title, which follows from facts."""

from dataclasses import dataclass

from matinee.contracts.catalog import TitleKind, TitleStatus
from matinee.contracts.catalog.workflow import Standing


@dataclass(frozen=True)
class Facts:
    """What the status of a title follows from."""

    kind: TitleKind
    standing: Standing = "released"
    playable: bool = False
    has_film: bool = False
    encode_failed: bool = False
    encode_stopped: bool = False
    # Of an episode's series, or of what a trailer belongs to; else as if it were released.
    series_standing: Standing = "released"
    # Of a series' episodes, or of what a collection holds.
    has_published_part: bool = False

    @property
    def may_be_seen(self) -> bool:
        """Whether the staff has nothing against it."""
        return (self.standing, self.series_standing) == ("released", "released")


def status_of(facts: Facts) -> TitleStatus:
    """The one status that the facts allow; an encode that ended takes nothing from what plays."""
    if "withdrawn" in {facts.standing, facts.series_standing}:
        return "withdrawn"
    if facts.standing in {"review", "scheduled"}:
        return facts.standing
    if facts.kind in {"series", "collection"}:
        return "published" if facts.may_be_seen and facts.has_published_part else "draft"
    if facts.playable:
        return "published" if facts.may_be_seen else "draft"
    if facts.encode_failed:
        return "failed"
    return "processing" if facts.has_film and not facts.encode_stopped else "draft"
