"""What is heard and told becomes facts, in the open transaction of whoever heard it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from matinee.contracts.business import MoneyBooked, SubscriptionChanged
from matinee.contracts.events import PlaybackProgressed, PlaybackStarted
from matinee.contracts.insights import PlayerReport
from matinee.contracts.shown import RowsSeen, RowsTaken
from matinee.insights.actions.facts import facts_add
from matinee.insights.rules import facts
from matinee.insights.rules.experience import Experience
from matinee.kernel import clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What a player's events came to counts before what it summed up itself, whenever that was told.
_EVENTS_FIRST = 10**16


class Told(NamedTuple):
    """Of which play something is told, by which kind of device."""

    session_id: UUID
    device: str


def progress_note(told: Iterable[tuple[PlaybackStarted | PlaybackProgressed, UUID | None]]) -> None:
    """How far plays have come, and whose each is (None: nobody's)."""
    facts_add(facts.PROGRESS, [_progress(event, who) for event, who in told])


def _progress(event: PlaybackStarted | PlaybackProgressed, who: UUID | None) -> dict[str, object]:
    known: dict[str, object] = {
        "happened_at": event.occurred_at,
        "session": event.session_id,
        "who": who,
        "title": event.title_id,
        "watched_s": 0.0,
        "finished": False,
    }
    if isinstance(event, PlaybackStarted):
        return known | {"country": event.country}
    return known | event.model_dump(include={"duration_s", "position_s", "watched_s", "finished"})


def experience_note(told: Told, experience: Experience) -> None:
    """How well a play has gone, by the events of its player."""
    now, startup_ms = clock.now(), experience.startup_ms
    fact: dict[str, object] = {
        "happened_at": now,
        "session": told.session_id,
        "told": _EVENTS_FIRST + _microseconds(now),
        "device": told.device,
        "edge": experience.edge,
        "network": experience.network,
        "startup_s": None if startup_ms is None else startup_ms / 1000,
        "played_s": experience.played_ms / 1000,
        "stalled_s": experience.stalled_ms / 1000,
        "stalls": experience.stalls,
        "rated_s": experience.rated_ms / 1000,
        "bits": experience.kilobits * 1000,
        "errors": experience.errors,
        "error_code": experience.error_code,
        "failed": experience.has_failed,
    }
    facts_add(facts.QUALITY, [fact])


def report_note(told: Told, report: PlayerReport) -> None:
    """How well a play has gone, as its player sums it up."""
    now, bitrate_bps = clock.now(), report.bitrate_bps
    fact: dict[str, object] = {
        "happened_at": now,
        "session": told.session_id,
        "told": _microseconds(now),
        "device": told.device,
        "rated_s": 0.0 if bitrate_bps is None else report.played_s,
        "bits": (bitrate_bps or 0) * report.played_s,
        "errors": int(report.error_code is not None),
        "failed": report.error_code is not None,
        **report.model_dump(include={"startup_s", "played_s", "stalled_s", "stalls", "error_code"}),
    }
    facts_add(facts.QUALITY, [fact])


def rows_note(event: RowsSeen | RowsTaken) -> None:
    """How many titles were seen in rows, or taken of them."""
    what, other = ("seen", "taken") if isinstance(event, RowsSeen) else ("taken", "seen")
    told = [
        {"happened_at": event.occurred_at, "row_kind": one.row, what: one.titles, other: 0}
        for one in event.rows
    ]
    facts_add(facts.ROW, told)


def subscription_note(event: SubscriptionChanged) -> None:
    """How a subscription stands from now on."""
    own = event.model_dump(exclude={"id", "occurred_at", "subscription_id", "customer_id", "terms"})
    fact = {
        "happened_at": event.occurred_at,
        "subscription": event.subscription_id,
        "customer": event.customer_id,
        **event.terms.model_dump(exclude={"interval"}),
        "price_interval": event.terms.interval,
        **own,
    }
    facts_add(facts.SUBSCRIPTION, [fact])


def money_note(event: MoneyBooked) -> None:
    """What the ledger moved."""
    facts_add(
        facts.MONEY,
        [{"happened_at": one.at, **one.model_dump(exclude={"at"})} for one in event.transfers],
    )


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
