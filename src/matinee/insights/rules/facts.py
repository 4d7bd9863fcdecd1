"""Facts: what happened, as the files of `insights` hold it, and on which day each is kept.

A fact of a play is a snapshot: it says how far the play had come by then, never what was added.
So one that is told twice, or overtaken by a later one, changes no figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from matinee.kernel import ids

# A session's id says when it began, if it was made here; a play lasts no longer than its address.
_PLAY_LASTS: Final = timedelta(days=2)


@dataclass(frozen=True)
class Kind:
    """One kind of fact: its columns with their SQL types, and how long it is kept."""

    name: str
    columns: Mapping[str, str]
    is_of_plays: bool = False


def _kind(name: str, *, is_of_plays: bool = False, **columns: str) -> Kind:
    return Kind(name, MappingProxyType({"happened_at": "TIMESTAMP", **columns}), is_of_plays)


PROGRESS = _kind(
    "progress",
    is_of_plays=True,
    session="UUID",
    who="UUID",
    title="UUID",
    country="VARCHAR",
    duration_s="DOUBLE",
    position_s="DOUBLE",
    watched_s="DOUBLE",
    finished="BOOLEAN",
)
"""How far a play had come; `who` is its profile's alias, None once it is nobody's."""

QUALITY = _kind(
    "quality",
    is_of_plays=True,
    session="UUID",
    told="BIGINT",
    device="VARCHAR",
    edge="VARCHAR",
    network="VARCHAR",
    startup_s="DOUBLE",
    played_s="DOUBLE",
    stalled_s="DOUBLE",
    stalls="INTEGER",
    rated_s="DOUBLE",
    bits="DOUBLE",
    errors="INTEGER",
    error_code="VARCHAR",
    failed="BOOLEAN",
)
"""How well a play had gone; the one with the greatest `told` counts.

`bits` is what was shown in `rated_s`, the seconds played of which the bitrate is known.
"""

SEARCH = _kind("search", who="UUID", query="VARCHAR", found="INTEGER", taken="BOOLEAN")
ROW = _kind("row", row_kind="VARCHAR", seen="INTEGER", taken="INTEGER")
"""How many titles were seen in a kind of row, or taken of it."""

SUBSCRIPTION = _kind(
    "subscription",
    subscription="UUID",
    customer="UUID",
    plan="VARCHAR",
    amount_minor="BIGINT",
    currency="VARCHAR",
    price_interval="VARCHAR",
    interval_count="INTEGER",
    activated_at="TIMESTAMP",
    trial_ends_at="TIMESTAMP",
    held_at="TIMESTAMP",
    paused_from="TIMESTAMP",
    ended_at="TIMESTAMP",
    end_reason="VARCHAR",
)
"""A subscription as it was from then on."""

MONEY = _kind("money", debit="VARCHAR", credit="VARCHAR", amount_minor="BIGINT", currency="VARCHAR")
"""An amount that the ledger moved from one account to another."""

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {kind.name: kind for kind in (PROGRESS, QUALITY, SEARCH, ROW, SUBSCRIPTION, MONEY)}
)

LINE: Final = Kind(
    "line",
    MappingProxyType(
        {
            "session": "UUID",
            "who": "UUID",
            "title": "UUID",
            "country": "VARCHAR",
            "began_at": "TIMESTAMP",
            "seen_at": "TIMESTAMP",
            "duration_s": "DOUBLE",
            "reached_s": "DOUBLE",
            "watched_s": "DOUBLE",
            "finished": "BOOLEAN",
            **{name: type_ for name, type_ in QUALITY.columns.items() if name != "happened_at"},
        }
    ),
    is_of_plays=True,
)
"""All that its facts say of one play; what figures of plays are reckoned from."""


def day_of(kind: Kind, at: datetime, session_id: UUID | None = None) -> date:
    """The day (UTC) whose files hold a fact: for all facts of a play the same one.

    That is the day on which its session's id was made, or of the fact itself, where the id tells
    no time or none that could be.
    """
    moment = at.astimezone(UTC)
    made_at = ids.time_of(session_id) if kind.is_of_plays and session_id is not None else None
    if made_at is not None and abs(moment - made_at) <= _PLAY_LASTS:
        return made_at.date()
    return moment.date()
