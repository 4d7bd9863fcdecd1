"""What an edge's request log comes to: traffic by minute, demand by hour, and how links did.

Pure. A line is a JSON object as `deploy/edge` has nginx write it: `t` when (Unix seconds), `p`
the path `/<package>/<file>`, `s` the status, `b` bytes sent, `d` seconds from the request's
first byte to the answer's last one, `c` where the answer came from, `u` seconds that a server
further up took, `v` a hash of the play session, `r` who asks (`viewer` or `fill`), `mtp` the
throughput in kb/s that the player measured (CTA-5004).
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from matinee.contracts.agents import DemandCount, LinkFigures, TrafficCount
from matinee.delivery.rules.portions import Place, place_of

# What one report holds at most; what is left comes with the next one. With the longest names
# it stays below what the control plane takes as a body.
DEMAND_MAX = 500
MINUTES_MAX = 60
_SAMPLES_MAX = 2_000
_SESSIONS_MAX = 20_000
# A smaller answer fits into buffers on the way, and tells nothing about it.
_TELLING_BYTES = 256 * 1024
_TELLING_S = 0.005
# What a connection's buffers take at once, without waiting for the viewer's end (Linux: a socket
# begins with 16 KiB and grows fast).
_BUFFERED_BYTES = 64 * 1024
_GOOD = frozenset({200, 206, 304})
_SERVER_ERROR = 500
_KBIT = 1000.0
_BITS = 8

# What a package's files are named like; a viewer may ask for anything.
_NAME = r"[A-Za-z0-9][\w.-]{0,99}"
_PATH = re.compile(rf"/({_NAME})/((?:{_NAME}/)?{_NAME})", re.ASCII)

Outcome = Literal["held", "cached", "missed"]
_CACHED = frozenset({"HIT", "STALE", "UPDATING", "REVALIDATED"})
_WRITTEN = frozenset({"MISS", "EXPIRED", "stored"})


@dataclass
class _Minute:
    counts: dict[str, int] = field(default_factory=dict)
    sessions: set[str] = field(default_factory=set)

    def add(self, name: str, count: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + count


@dataclass(frozen=True)
class Entry:
    """A line of the log, as far as it counts. Without a package it is about none that can be."""

    at_s: float
    package: str
    path: str
    status: int
    bytes: int
    took_s: float
    source: str
    upstream_s: float | None
    session: str
    is_viewer: bool
    measured_bps: float | None
    region: str


_DemandKey = tuple[int, str, Place, str]


class Digest:
    """Adds up lines until it is full."""

    def __init__(self) -> None:
        self._minutes: dict[int, _Minute] = {}
        self._demand: dict[_DemandKey, list[int]] = {}
        self._throughputs_bps: list[float] = []
        self._first_bytes_ms: list[float] = []
        self.stored: set[tuple[str, str]] = set()
        self.viewer_bytes = 0

    def take(self, entry: Entry) -> bool:
        """Count an entry; False if there is no room for it in this digest."""
        key = _demand_key(entry)
        minute = int(entry.at_s) // 60
        is_new = key is not None and key not in self._demand
        if (is_new and len(self._demand) >= DEMAND_MAX) or (
            minute not in self._minutes and len(self._minutes) >= MINUTES_MAX
        ):
            return False
        self._count_traffic(self._minutes.setdefault(minute, _Minute()), entry)
        if key is not None:
            counted = self._demand.setdefault(key, [0, 0])
            counted[0] += 1
            counted[1] += entry.bytes
            self._sample(entry)
        if entry.package and entry.source == "stored" and entry.status in _GOOD:
            self.stored.add((entry.package, entry.path))
        return True

    def _count_traffic(self, minute: _Minute, entry: Entry) -> None:
        if not entry.is_viewer:
            return
        minute.add("requests")
        minute.add("refused", entry.source == "refused")
        minute.add("failed", entry.status >= _SERVER_ERROR)
        if outcome := outcome_of(entry.source):
            minute.add(f"{outcome}_bytes", entry.bytes)
        if entry.source in _WRITTEN and entry.status in _GOOD:
            minute.add("written_bytes", entry.bytes)
        if entry.session and len(minute.sessions) < _SESSIONS_MAX:
            minute.sessions.add(entry.session)
        self.viewer_bytes += entry.bytes

    def _sample(self, entry: Entry) -> None:
        if len(self._first_bytes_ms) < _SAMPLES_MAX and (waited_s := _waited_s(entry)) is not None:
            self._first_bytes_ms.append(waited_s * 1000)
        bps = entry.measured_bps
        if bps is None and entry.bytes >= _TELLING_BYTES and entry.took_s >= _TELLING_S:
            bps = entry.bytes * _BITS / entry.took_s
        if bps is not None and len(self._throughputs_bps) < _SAMPLES_MAX:
            self._throughputs_bps.append(bps)

    def traffic(self) -> list[TrafficCount]:
        """By minute, oldest first."""
        return [
            TrafficCount(
                minute=datetime.fromtimestamp(minute * 60, UTC),
                sessions=len(found.sessions),
                **{name: count for name, count in found.counts.items() if count},
            )
            for minute, found in sorted(self._minutes.items())
        ]

    def demand(self) -> list[DemandCount]:
        """By hour and range."""
        return [
            DemandCount(
                hour=datetime.fromtimestamp(hour * 3600, UTC),
                package=package,
                folder=place.folder,
                range=place.range,
                region=region,
                requests=requests,
                bytes=sent,
            )
            for (hour, package, place, region), (requests, sent) in self._demand.items()
        ]

    def links(self) -> LinkFigures:
        """How it went for viewers."""
        return LinkFigures(
            first_byte_ms_p50=quantile(self._first_bytes_ms, 0.5),
            first_byte_ms_p95=quantile(self._first_bytes_ms, 0.95),
            throughput_bps_p10=quantile(self._throughputs_bps, 0.1),
            throughput_bps_p50=quantile(self._throughputs_bps, 0.5),
        )


def entry_of(line: bytes) -> Entry | None:
    """The entry in a line; None for one that cannot be read."""
    try:
        values: dict[str, Any] = json.loads(line)
        found = _PATH.fullmatch(str(values["p"]))
        return Entry(
            at_s=float(values["t"]),
            package=found[1] if found else "",
            path=found[2] if found else "",
            status=int(values["s"]),
            bytes=int(values["b"]),
            took_s=float(values["d"]),
            source=str(values.get("c", "")),
            upstream_s=_number(values.get("u")),
            session=str(values.get("v", "")),
            is_viewer=values.get("r", "viewer") == "viewer",
            measured_bps=_bps(values.get("mtp")),
            region=str(values.get("g", ""))[:40],
        )
    except (ValueError, KeyError, TypeError):
        return None


def outcome_of(source: str) -> Outcome | None:
    """Which of an edge's places an answer came from; None where it had nothing to give."""
    if source in _CACHED:
        return "cached"
    if source == "held":
        return "held"
    return "missed" if source in _WRITTEN or source == "BYPASS" else None


def quantile(samples: Sequence[float], share: float) -> float | None:
    """The sample that `share` of them do not exceed (nearest rank); None without any."""
    if not samples:
        return None
    ordered = sorted(samples)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3)


def _demand_key(entry: Entry) -> _DemandKey | None:
    if not entry.package or not entry.is_viewer or entry.status not in _GOOD:
        return None
    return int(entry.at_s) // 3600, entry.package, place_of(entry.path), entry.region


def _waited_s(entry: Entry) -> float | None:
    """What a viewer waited for the first byte; None where the log cannot tell.

    That of a server further up where one was asked. A held file that fits into the buffers of a
    connection is handed over at once: its whole time is that of the disk.
    """
    if entry.upstream_s is not None:
        return entry.upstream_s
    is_at_once = entry.source == "held" and entry.bytes < _BUFFERED_BYTES
    return entry.took_s if is_at_once else None


def _number(value: object) -> float | None:
    """A number of the log's. Of servers asked in turn, nginx lists all times: the last answered."""
    last = str(value or "").replace(":", ",").split(",")[-1].strip()
    try:
        return float(last)
    except ValueError:
        return None


def _bps(value: object) -> float | None:
    kbps = _number(value)
    return None if kbps is None or kbps <= 0 else kbps * _KBIT
