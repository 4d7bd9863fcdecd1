"""Facts on their way into files: each waits in a row until the file that holds it is named.

A file counts once its row stands in `Part`, which is written in the transaction that deletes what
waited. So whoever is killed in between leaves a file that nobody reads, and the facts still wait.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from django.db import connections

from matinee.insights import columns, scratch, settings
from matinee.insights.models import Part, Waiting
from matinee.insights.rules.facts import KINDS, Kind, day_of
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Unavailable

Fact = Mapping[str, object]

# What is filed at once: a few seconds of work.
_ROWS_AT_ONCE, _FACTS_AT_ONCE = 20_000, 200_000
# Whoever changes which files there are does it alone.
_ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('insights files', 0))"

# A line that cannot be read must not keep all others waiting.
_READ = """
CREATE TEMP TABLE fresh AS
FROM read_json({path}, format = 'newline_delimited', columns = {types}, ignore_errors = true)
"""
_OF_A_DAY = "SELECT {names} FROM fresh WHERE day = {day}"


def facts_add(kind: Kind, facts: Sequence[Fact]) -> None:
    """Let facts wait, in the open transaction of what they tell."""
    lines = "".join(f"{_line(kind, fact)}\n" for fact in facts)
    if lines:
        Waiting.objects.create(kind=kind.name, facts=len(facts), body=lines)


def room_check() -> None:
    """Unavailable while so much waits that more must come later."""
    most = settings.get().waiting_max
    if Waiting.objects.order_by("id")[most : most + 1].exists():
        detail = "Too much waits to be filed. Send it again in a minute."
        raise Unavailable("too_much_waits", detail)


def facts_file() -> int:
    """Put the oldest facts that wait into files; how many. 0 also while somebody else is at it."""
    with transaction_of("insights"):
        if not files_alone():
            return 0
        waiting = Waiting.objects.order_by("id").values_list("id", "kind", "facts", "body")
        taken = list(_first(waiting[:_ROWS_AT_ONCE].iterator(1000)))
        bodies: dict[str, list[str]] = defaultdict(list)
        for _, kind, _, body in taken:
            bodies[kind].append(body)
        for name, texts in bodies.items():
            _file(KINDS[name], texts)
        Waiting.objects.filter(pk__in=[pk for pk, *_ in taken]).delete()
    return sum(facts for _, _, facts, _ in taken)


def files_alone() -> bool:
    """Whether nobody else changes which files there are, until the transaction ends."""
    with connections["insights"].cursor() as cursor:
        cursor.execute(_ALONE)
        return bool(cursor.fetchone()[0])


def part_add(
    kind: Kind, day: date, written: columns.Written | None, *, is_folded: bool = False
) -> None:
    """Have a file read from now on; none where nothing was written."""
    if written is not None:
        Part.objects.create(
            kind=kind.name,
            day=day,
            key=written.key,
            rows=written.rows,
            size_bytes=written.size_bytes,
            is_folded=is_folded,
        )


_Row = tuple[UUID, str, int, str]


def _first(rows: Iterable[_Row]) -> Iterable[_Row]:
    left = _FACTS_AT_ONCE
    for row in rows:
        if left <= 0:
            return
        left -= row[2]
        yield row


def _file(kind: Kind, bodies: Sequence[str]) -> None:
    """Write a file for each day that facts of a kind belong to."""
    types = {"day": "DATE", **kind.columns}
    names = ", ".join(f"'{name}': '{type_}'" for name, type_ in types.items())
    with columns.connection() as own, scratch.space() as folder:
        path = folder / "facts.ndjson"
        path.write_text("".join(bodies))
        own.execute(_READ.format(path=columns.quoted(path), types=f"{{{names}}}"))
        days = own.execute(
            "SELECT DISTINCT day FROM fresh WHERE day IS NOT NULL ORDER BY day"
        ).fetchall()
        for (day,) in days:
            query = _OF_A_DAY.format(names=", ".join(kind.columns), day=columns.quoted(day))
            part_add(kind, day, columns.write(own, query, kind, day))


def _line(kind: Kind, fact: Fact) -> str:
    at, session = fact["happened_at"], fact.get("session")
    if not isinstance(at, datetime):
        msg = f"a fact of {kind.name} says when it was"
        raise TypeError(msg)
    day = day_of(kind, at, session if isinstance(session, UUID) else None)
    return _encode({"day": day.isoformat(), **fact})


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat()
    return str(value)


# One for all facts: `json.dumps` makes another one each time.
_encode = json.JSONEncoder(default=_plain, separators=(",", ":")).encode
