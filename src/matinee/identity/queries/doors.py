"""What letting somebody in waits for, in statements that the server plans once."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from matinee.identity.models import Account
from matinee.identity.queries.households import indexes_of_address
from matinee.kernel import databases

_NOBODY = UUID(int=0)
_READ = ("id", "password", "disabled_at")

# For an address without an account as much is looked up as for one with.
_AT_THE_DOOR = """
SELECT account.id, account.password, account.disabled_at, EXISTS (
  SELECT FROM identity_knowndevice known
  WHERE known.account_id = coalesce(account.id, %(nobody)s::uuid)
    AND known.secret_sha256 = %(device)s::bytea AND known.seen_at > %(since)s::timestamptz),
  EXISTS (SELECT FROM identity_passkey
          WHERE account_id = coalesce(account.id, %(nobody)s::uuid))
  OR EXISTS (SELECT FROM identity_totpfactor
             WHERE account_id = coalesce(account.id, %(nobody)s::uuid)
               AND confirmed_at IS NOT NULL)
FROM (VALUES (0)) AS one
LEFT JOIN identity_account account ON account.email_index = ANY (%(indexes)s::bytea[])
LIMIT 1
"""

_FACTORS = """
SELECT
  EXISTS (SELECT FROM identity_passkey WHERE account_id = asked.id),
  EXISTS (SELECT FROM identity_totpfactor
          WHERE account_id = asked.id AND confirmed_at IS NOT NULL),
  EXISTS (SELECT FROM identity_recoverycode WHERE account_id = asked.id AND used_at IS NULL)
FROM (SELECT %(account)s::uuid AS id) AS asked
"""


class Comer(NamedTuple):
    """Whose address somebody gives, and whether they have signed in from there before.

    Of the account only what a check of a password needs is read; the rest when it is looked at.
    """

    account: Account | None
    is_known: bool
    has_factor: bool
    """Whether something is owed beside the password."""


class Factors(NamedTuple):
    """What an account has beside its password."""

    passkey: bool
    totp: bool
    recovery_code: bool


def comer(email: str, device: bytes, since: datetime) -> Comer:
    """Who gives an address, in a browser whose secret has the digest `device`."""
    values = {
        "indexes": indexes_of_address(email),
        "device": device,
        "since": since,
        "nobody": _NOBODY,
    }
    *read, is_known, has_factor = databases.asked_often("identity", _AT_THE_DOOR, values)
    account = None if read[0] is None else Account.from_db("identity", _READ, read)
    return Comer(account, is_known, has_factor)


def factors(account_id: UUID) -> Factors:
    """What somebody can show beside the account's password."""
    return Factors(*databases.asked_often("identity", _FACTORS, {"account": account_id}))
