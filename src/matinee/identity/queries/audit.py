"""What the audit log says, and whether it is whole."""

import base64
import json
from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max, Q

from matinee.contracts.audit import AuditEntry as EntryMessage
from matinee.contracts.audit import AuditPage, ChainState
from matinee.identity import auditing_keys
from matinee.identity.models import Account, AuditCheckpoint, AuditEntry
from matinee.identity.rules import chain
from matinee.kernel import sealing, settings
from matinee.kernel.audit import REASON

_AT_ONCE = 2_000
CHECKPOINTS_FILE = "checkpoints.jsonl"


_PAGE = 50


class Wish(NamedTuple):
    """Which entries are looked for: those before a number, of an action, of or about an account."""

    before: int | None = None
    action: str = ""
    account_id: UUID | None = None


def audit_page(wish: Wish) -> AuditPage:
    """The newest entries that are looked for, and whether these hang together."""
    rows = AuditEntry.objects.order_by("-number")
    if wish.before is not None:
        rows = rows.filter(number__lt=wish.before)
    if wish.action:
        rows = rows.filter(action=wish.action)
    if wish.account_id is not None:
        rows = rows.filter(Q(account_id=wish.account_id) | Q(about=wish.account_id))
    page = list(rows[: _PAGE + 1])
    emails = _emails_of({row.account_id for row in page if row.account_id})
    return AuditPage(
        entries=[_entry_message(row, emails) for row in page[:_PAGE]],
        before=page[_PAGE - 1].number if len(page) > _PAGE else None,
        chain=_chain_state(page),
    )


def _entry_message(row: AuditEntry, emails: dict[UUID, str]) -> EntryMessage:
    told = {name: getattr(row, name) for name in _TOLD}
    email = emails.get(row.account_id) if row.account_id else None
    return EntryMessage(at=row.noted_at, email=email, reason=_reason(row), **told)


_TOLD = ("number", "service", "action", "account_id", "part", "place", "about", "facts")


def _emails_of(accounts: set[UUID]) -> dict[UUID, str]:
    """Of members of the staff alone: whoever reads this has no need of the others'."""
    staff = Account.objects.filter(pk__in=accounts, staff_roles__isnull=False).distinct()
    return {account.pk: account.email for account in staff}


def _reason(row: AuditEntry) -> str | None:
    if not row.sealed_reason or row.about is None:
        return None
    try:
        return sealing.unseal(row.about, REASON.of(row.event_id), bytes(row.sealed_reason))
    except sealing.UnreadableError:
        return None


def _chain_state(page: list[AuditEntry]) -> ChainState:
    """Whether the shown entries are as they were written; `verdict` looks at all."""
    key = auditing_keys.chain_key()
    changed = [
        row.number
        for row in page
        if chain.digest_of(key, row.number, body_of(row), bytes(row.previous)) != bytes(row.digest)
    ]
    signed = AuditCheckpoint.objects.aggregate(newest=Max("number"))["newest"] or 0
    trouble = f"entry {changed[-1]} was changed" if changed else None
    return ChainState(
        entries=last_link()[0], signed_until=signed, is_whole=not changed, trouble=trouble
    )


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
    """The file that no user of the database can reach; a line that is no checkpoint is forged."""
    path = settings.get().home / "audit" / CHECKPOINTS_FILE
    for line in path.read_text().splitlines() if path.exists() else ():
        try:
            kept = json.loads(line)
            mark = chain.Mark(int(kept["number"]), bytes.fromhex(kept["digest"]))
            yield mark, str(kept["signed_at"]), base64.b64decode(kept["signature"])
        except (ValueError, KeyError, TypeError):
            yield chain.Mark(0, b""), "", b""


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
