"""Writing the audit log: an entry for each note that is heard, a checkpoint now and then."""

import base64
import json
import os

from django.db import connections

from matinee.identity import auditing_keys
from matinee.identity.models import AuditCheckpoint, AuditEntry
from matinee.identity.queries.audit import CHECKPOINTS_FILE, body_of, last_link
from matinee.identity.rules import chain
from matinee.kernel import clock, settings
from matinee.kernel.audit import AuditNoted
from matinee.kernel.databases import transaction_of

WRITER = "matinee_audit"
# Any number that no other advisory lock of this database has.
_LOCK = 0x617564697400


def entry_add(note: AuditNoted) -> None:
    """Add a note to the end of the chain; in the transaction in which it is heard."""
    with connections["identity"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    number, previous = last_link()
    row = AuditEntry(
        number=number + 1,
        event_id=note.id,
        noted_at=note.occurred_at,
        facts=note.facts,
        sealed_reason=base64.b64decode(note.sealed_reason),
        previous=previous,
        **note.model_dump(include=set(_SAME)),
    )
    row.digest = chain.digest_of(auditing_keys.chain_key(), row.number, body_of(row), previous)
    _insert(row)


_SAME = ("service", "action", "account_id", "session_id", "part", "place", "about")


def checkpoint_sign() -> bool:
    """Sign the newest entry, if there is a newer one than was signed; whether there was."""
    with transaction_of("identity"):
        number, digest = last_link()
        if not number or AuditCheckpoint.objects.filter(number=number).exists():
            return False
        now = clock.now()
        mark = chain.Mark(number, digest)
        signature = auditing_keys.sign(mark.signed_text(now.isoformat()))
        AuditCheckpoint.objects.create(
            number=number, digest=digest, signed_at=now, signature=signature
        )
    _keep_in_file(mark, now.isoformat(), signature)
    return True


def _keep_in_file(mark: chain.Mark, signed_at: str, signature: bytes) -> None:
    folder = settings.get().home / "audit"
    folder.mkdir(mode=0o700, exist_ok=True)
    line = json.dumps(
        {
            "number": mark.number,
            "digest": mark.digest.hex(),
            "signed_at": signed_at,
            "signature": base64.b64encode(signature).decode(),
        }
    )
    with (folder / CHECKPOINTS_FILE).open("a") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())


def _insert(row: AuditEntry) -> None:
    """As the role that can add and read, and do nothing else, where the server has it."""
    with connections["identity"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [WRITER])
        if cursor.fetchone() is None:
            row.save(force_insert=True)
            return
        cursor.execute(f"SET LOCAL ROLE {WRITER}")
        row.save(force_insert=True)
        cursor.execute("SET LOCAL ROLE NONE")
