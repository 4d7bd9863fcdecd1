"""What the audit log says, and whether it is whole."""

import base64
import json
from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from matinee.identity import auditing_keys
from matinee.identity.models import AuditCheckpoint, AuditEntry
from matinee.identity.rules import chain
from matinee.kernel import settings

_AT_ONCE = 2_000
CHECKPOINTS_FILE = "checkpoints.jsonl"


class Verdict(NamedTuple):
    """What a look at the whole chain found."""

    entries: int
    checkpoints: int
    troubles: list[chain.Trouble]


def body_of(row: AuditEntry) -> dict[str, object]:
    """All of an entry that its digest covers beside its number and the digest before it."""
    return {
        "event_id": str(row.event_id),
        "noted_at": row.noted_at.isoformat(),
        "service": row.service,
        "action": row.action,
        "account_id": _text(row.account_id),
        "session_id": _text(row.session_id),
        "part": row.part,
        "place": row.place,
        "about": _text(row.about),
        "facts": row.facts,
        "sealed_reason": bytes(row.sealed_reason).hex(),
    }


def last_link() -> tuple[int, bytes]:
    """The newest entry's number and digest."""
    last = AuditEntry.objects.order_by("-number").values_list("number", "digest").first()
    return (0, chain.BEGINNING) if last is None else (last[0], bytes(last[1]))


def verdict() -> Verdict:
    """Look at every entry, every checkpoint, and the checkpoints in the file beside."""
    marks, troubles = _marks()
    entries = _Counted()
    troubles += list(chain.troubles(auditing_keys.chain_key(), entries, marks))
    return Verdict(entries.count, len(marks), sorted(troubles, key=lambda one: one.number))


class _Counted:
    """The entries by number, a part at a time; counts them."""

    def __init__(self) -> None:
        self.count = 0

    def __iter__(self) -> Iterator[chain.Entry]:
        rows = AuditEntry.objects.order_by("number").iterator(chunk_size=_AT_ONCE)
        for row in rows:
            self.count += 1
            yield chain.Entry(row.number, body_of(row), bytes(row.previous), bytes(row.digest))


def _marks() -> tuple[list[chain.Mark], list[chain.Trouble]]:
    """The checkpoints that are signed by us, and what is wrong with the others."""
    marks: dict[int, chain.Mark] = {}
    troubles: list[chain.Trouble] = []
    for mark, signed_at, signature in (*_kept(), *_in_file()):
        if not auditing_keys.is_signed(mark.signed_text(signed_at), signature):
            troubles.append(chain.Trouble(mark.number, f"checkpoint {mark.number} was forged"))
        elif marks.setdefault(mark.number, mark) != mark:
            words = f"checkpoint {mark.number} differs from the one in the file"
            troubles.append(chain.Trouble(mark.number, words))
    return list(marks.values()), troubles


Signed = tuple[chain.Mark, str, bytes]


def _kept() -> Iterator[Signed]:
    for row in AuditCheckpoint.objects.order_by("number").iterator(chunk_size=_AT_ONCE):
        yield (
            chain.Mark(row.number, bytes(row.digest)),
            row.signed_at.isoformat(),
            bytes(row.signature),
        )


def _in_file() -> Iterator[Signed]:
    """The file that no user of the database can reach."""
    path = settings.get().home / "audit" / CHECKPOINTS_FILE
    if not path.exists():
        return
    for line in path.read_text().splitlines():
        kept = json.loads(line)
        mark = chain.Mark(int(kept["number"]), bytes.fromhex(kept["digest"]))
        yield mark, str(kept["signed_at"]), base64.b64decode(kept["signature"])


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
