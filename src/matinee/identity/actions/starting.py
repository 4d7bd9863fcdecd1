"""How a session starts: what is read and written for it is one round trip to the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple
from uuid import UUID

from django.db import IntegrityError

from matinee.contracts import identity as messages
from matinee.contracts.identity import AvatarName
from matinee.identity import queries, rules, settings
from matinee.identity.actions.ending import end_rows
from matinee.identity.actions.known_devices import device_remembering
from matinee.identity.actions.locking import signed_out
from matinee.identity.models import OAuthClient, Profile, Session
from matinee.identity.queries import Household
from matinee.identity.rules import refreshing
from matinee.identity.rules.devices import Device
from matinee.identity.rules.refreshing import Secret
from matinee.identity.rules.visitors import Visitor
from matinee.kernel import audit, clock, databases, ids
from matinee.kernel.databases import Step, transaction_of
from matinee.kernel.records import columns_of, note_written
from matinee.kernel.sealed_fields import opened

FAMILY_BYTES = 16
_UNKNOWN = Device()

# What others do to the account is done before or after, and what follows sees it.
_LOCK = "SELECT FROM identity_account WHERE id = %(account_id)s::uuid FOR UPDATE"

# What is read is as it was before the session; it comes once for each profile. Where one factor was
# shown and two are owed, the session is nobody's: the row is refused, and all that goes with it.
_START = """
WITH {beside}held AS (
  SELECT ARRAY (SELECT role::text FROM identity_staffrole
                WHERE account_id = %(account_id)s::uuid) AS roles
), alone AS (
  SELECT (array_agg(id))[1] AS id FROM identity_profile WHERE account_id = %(account_id)s::uuid
  HAVING count(*) = 1 AND bool_and(pin = '')
), started AS (
  INSERT INTO identity_session (
    id, created_at, account_id, profile_id, family_sha256, secret_sha256, device_class,
    device_name, place, client_id, scope, signed_in_at, authenticated_at, has_second_factor,
    refreshed_at, expires_at, ends_at)
  SELECT
    %(id)s::uuid, %(created_at)s::timestamptz,
    CASE WHEN %(proof)s::text <> 'one' OR NOT (
      EXISTS (SELECT FROM identity_passkey WHERE account_id = account.id)
      OR EXISTS (SELECT FROM identity_totpfactor
                 WHERE account_id = account.id AND confirmed_at IS NOT NULL))
    THEN account.id END, alone.id, %(family_sha256)s::bytea,
    %(secret_sha256)s::bytea, %(device_class)s::text, %(device_name)s::bytea, %(place)s::bytea,
    %(client_id)s::uuid, %(scope)s::text, %(signed_in_at)s::timestamptz,
    %(authenticated_at)s::timestamptz, %(has_second_factor)s::bool,
    %(refreshed_at)s::timestamptz,
    CASE held.roles WHEN '{{}}' THEN %(idle)s::timestamptz ELSE %(staff_idle)s::timestamptz END,
    CASE held.roles WHEN '{{}}' THEN %(most)s::timestamptz ELSE %(staff_most)s::timestamptz END
  FROM identity_account account CROSS JOIN held LEFT JOIN alone ON TRUE
  WHERE account.id = %(account_id)s::uuid
  RETURNING profile_id, expires_at, ends_at
)
SELECT
  started.profile_id, started.expires_at, started.ends_at, held.roles,
  ARRAY (SELECT id FROM identity_session WHERE account_id = %(account_id)s::uuid
         ORDER BY refreshed_at DESC OFFSET %(others)s::int),
  account.created_at, account.email, account.adding_pin,
  profile.id, profile.name, profile.avatar, profile.maturity_age, profile.is_kids,
  profile.language, profile.pin
FROM started CROSS JOIN held
JOIN identity_account account ON account.id = %(account_id)s::uuid
LEFT JOIN identity_profile profile ON profile.account_id = account.id
ORDER BY profile.id
"""


Proof = Literal["one", "two", "leave"]
"""By what somebody is let in: one factor, two, or the leave of who is in already."""


@dataclass(frozen=True)
class SignedIn:
    """A session with its refresh secret, which is nowhere else.

    `household` is there where it was read on the way.
    """

    session: Session
    secret: str
    household: Household | None = None


@dataclass(frozen=True)
class Leave:
    """For which application a session is, and for what; see `kernel.scopes`."""

    client: OAuthClient
    scope: str


def start_session(
    account_id: UUID,
    device: Device = _UNKNOWN,
    *,
    proof: Proof = "leave",
    leave: Leave | None = None,
    beside: Callable[[UUID], Sequence[Step]] = lambda _session_id: (),
) -> SignedIn:
    """A single profile is chosen at once; the least used session makes room.

    One transaction, or part of the caller's, with what `beside` says for the session's id, none of
    which hangs on another. NotSignedIn when the account is gone, or one of two factors was shown.
    """
    secret = Secret(ids.secret(FAMILY_BYTES), ids.secret())
    session = _drafted(account_id, device, leave, secret)
    session.has_second_factor = proof == "two"
    asked = {**columns_of(session), **_ends(session), "proof": proof}
    start = _start_with(asked, beside(session.id))
    try:
        rows = [_Row(*row) for row in databases.rows_of_last("identity", (_LOCK, asked), start)]
    except IntegrityError as error:
        raise signed_out() from error
    if not rows:
        raise signed_out()
    one = rows[0]
    note_written(session, profile_id=one.profile_id, expires_at=one.expires_at, ends_at=one.ends_at)
    if one.surplus:
        with transaction_of("identity"):
            end_rows(Session.objects.filter(pk__in=one.surplus), "displaced")
    return SignedIn(session, str(secret), _household(account_id, rows))


def start_noted(
    account_id: UUID,
    visitor: Visitor,
    action: str,
    *,
    about: UUID | None = None,
    has_second_factor: bool | None = None,
) -> SignedIn:
    """As `start_session` in a browser, which is known from then on; the audit log keeps `action`.

    `about` is another account that it was done to; `has_second_factor` is noted where it is told.
    """
    facts = {} if has_second_factor is None else {"second_factor": has_second_factor}

    def beside(session_id: UUID) -> list[Step]:
        by = audit.Doer(account_id, session_id, place=audit.place(visitor.address))
        noting = audit.noting("identity", action, by=by, about=about or account_id, facts=facts)
        return [*device_remembering(account_id, visitor), noting]

    proof: Proof = "two" if has_second_factor else "one"
    # Nobody waits for what the audit log keeps of it: the relay finds it without being woken.
    return start_session(account_id, visitor.device, proof=proof, beside=beside)


def lifetimes(device_class: str, *, is_staff: bool) -> tuple[timedelta, timedelta]:
    """How long a session lasts without a visit, and how long at most."""
    idle, most = settings.get().days_signed_in(device_class, is_staff=is_staff)
    return timedelta(days=idle), timedelta(days=most)


def _start_with(asked: dict[str, Any], others: Sequence[Step]) -> Step:
    """One statement for all: each by itself would wait for the server, and it for each."""
    values = {name: value for _, told in others for name, value in told.items()}
    return _start_beside(*(statement for statement, _ in others)), {**asked, **values}


@lru_cache(maxsize=16)
def _start_beside(*others: str) -> str:
    beside = (f"beside_{n} AS ({statement}),\n" for n, statement in enumerate(others))
    return _START.format(beside="".join(beside))


class _Row(NamedTuple):
    """What `_START` gives: of the session, of its account, and of one of the profiles."""

    profile_id: UUID | None
    expires_at: datetime
    ends_at: datetime
    roles: list[str]
    surplus: list[UUID]
    """The account's least used sessions, which make room."""
    created_at: datetime
    email: bytes
    adding_pin: str
    id: UUID | None
    name: bytes
    avatar: AvatarName
    maturity_age: int
    is_kids: bool
    language: str
    pin: str


def _drafted(account_id: UUID, device: Device, leave: Leave | None, secret: Secret) -> Session:
    now = clock.now()
    return Session(
        account_id=account_id,
        family_sha256=refreshing.digest(secret.family),
        secret_sha256=refreshing.digest(secret.link),
        device_class=device.device_class,
        device_name=device.name,
        place=device.place,
        client=leave.client if leave else None,
        scope=leave.scope if leave else "",
        signed_in_at=now,
        authenticated_at=now,
        refreshed_at=now,
    )


def _ends(session: Session) -> dict[str, Any]:
    """What `_START` is told beside the session's columns."""
    now = session.refreshed_at
    idle, most = lifetimes(session.device_class, is_staff=False)
    staff_idle, staff_most = lifetimes(session.device_class, is_staff=True)
    return {
        "idle": now + min(idle, most),
        "most": now + most,
        "staff_idle": now + min(staff_idle, staff_most),
        "staff_most": now + staff_most,
        "others": rules.SESSIONS_MAX - 1,
    }


def _household(account_id: UUID, rows: Sequence[_Row]) -> Household:
    one = rows[0]
    account = queries.account_told(account_id, one.roles, one.created_at, one.email, one.adding_pin)
    profiles = [
        messages.Profile(
            id=row.id,
            name=opened(Profile, "name", row.id, account_id, row.name),
            avatar=row.avatar,
            maturity_age=row.maturity_age,
            is_kids=row.is_kids,
            language=row.language,
            has_pin=bool(row.pin),
        )
        for row in rows
        if row.id is not None
    ]
    return Household(account, profiles)
