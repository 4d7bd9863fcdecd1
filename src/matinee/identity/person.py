"""What `identity` itself keeps of a person: how it is gathered, and how it is erased."""

from collections.abc import Iterable, Iterator
from typing import Any

from matinee.identity.models import (
    Account,
    ApiToken,
    AuditEntry,
    Export,
    KnownDevice,
    Passkey,
    Profile,
    ProviderLink,
    RecoveryCode,
    Session,
    StaffRole,
    TotpFactor,
)
from matinee.kernel.people import Erased, Person, PersonalRecords, sheet

_AUDITED_MAX = 10_000
_SESSION = ("device_class", "device_name", "place", "signed_in_at", "refreshed_at")
_PROFILE = ("id", "name", "avatar", "maturity_age", "is_kids", "language", "created_at")
_TOKEN = ("name", "scopes", "created_at", "expires_at", "used_at")
_NOTED = ("noted_at", "service", "action", "place", "part")


def gather(person: Person) -> PersonalRecords:
    """The account with its ways in, profiles, devices, and what was noted of it."""
    mine = {"account_id": person.account_id}
    accounts = Account.objects.filter(pk=person.account_id)
    sessions = Session.objects.filter(**mine)
    noted = AuditEntry.objects.filter(**mine).order_by("-number")[:_AUDITED_MAX]
    exports = Export.objects.filter(**mine).values("id", "state", "created_at", "ready_at")
    tokens = _picked(ApiToken.objects.filter(**mine), _TOKEN)
    roles = StaffRole.objects.filter(**mine).values("role", "created_at")
    sheets = [
        sheet("account", "Your account", _picked(accounts, _ACCOUNT)),
        sheet("profiles", "Who watches", _picked(Profile.objects.filter(**mine), _PROFILE)),
        sheet("devices", "Where you are signed in", _picked(sessions, _SESSION)),
        sheet("ways_in", "How you can sign in", _ways_in(mine)),
        sheet("staff_roles", "What you may do in Studio", roles),
        sheet("api_tokens", "What programs show to act for you", tokens),
        sheet("exports", "Copies that you asked for", exports),
        sheet("audit_log", "What was noted for your safety", noted.values(*_NOTED)),
    ]
    return PersonalRecords(service="identity", sheets=sheets)


def erase(person: Person) -> Erased:
    """Look whether all of it is gone, as it was in the transaction that ended the account."""
    left = Account.objects.filter(pk=person.account_id).delete()[0]
    noted = AuditEntry.objects.filter(account_id=person.account_id).exists()
    kept = "notes of the audit log, by an id that leads nowhere" if noted else ""
    return Erased(left, kept)


_ACCOUNT = ("id", "email", "email_verified_at", "created_at")


def _picked(rows: Iterable[Any], columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Sealed columns are opened row by row; a database cannot."""
    for row in rows:
        yield {column: getattr(row, column) for column in columns}


def _ways_in(mine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each way in with when it was added and used; never a secret."""
    for passkey in Passkey.objects.filter(**mine):
        yield _way("passkey", passkey.name, passkey.created_at, passkey.used_at)
    for totp in TotpFactor.objects.filter(**mine):
        yield _way("authenticator app", "", totp.created_at, totp.confirmed_at)
    for link in ProviderLink.objects.filter(**mine):
        yield _way("provider", link.provider, link.created_at, None)
    for code in RecoveryCode.objects.filter(**mine):
        yield _way("recovery code", str(code.number), code.created_at, code.used_at)
    for device in KnownDevice.objects.filter(**mine):
        yield _way("known device", "", device.created_at, device.seen_at)


def _way(kind: str, name: str, added_at: object, used_at: object) -> dict[str, Any]:
    return {"kind": kind, "name": name, "added_at": added_at, "used_at": used_at}
