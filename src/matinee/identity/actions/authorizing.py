"""What can be done with the leave that somebody gives to an application of others.

RFC 6749 with what RFC 9700 asks for: a code opens once, within a minute, and whoever shows
it again ends what came of it.
"""

from datetime import timedelta
from typing import NamedTuple

from matinee.identity import rules
from matinee.identity.actions.ending import end_rows
from matinee.identity.actions.starting import Leave, SignedIn, start_session
from matinee.identity.models import AuthorizationCode, OAuthClient, Profile, Session
from matinee.identity.rules import refreshing
from matinee.identity.rules.devices import Device
from matinee.kernel import audit, clock, ids
from matinee.kernel.databases import transaction_of
from matinee.kernel.tokens import Caller

CODE_LIFETIME = timedelta(minutes=1)
# For so long a code that comes again is still known for what it is.
_KNOWN_AFTER = timedelta(hours=1)
_PRUNED_AT_ONCE = 5_000


class Request(NamedTuple):
    """What an application asks leave for; `challenge` is PKCE's, by S256."""

    client: OAuthClient
    redirect_uri: str
    scope: str
    challenge: str


def code_make(caller: Caller, asked: Request) -> str:
    """A code for an application that somebody gave leave to."""
    code = ids.secret()
    with transaction_of("identity"):
        AuthorizationCode.objects.create(
            code_sha256=rules.digest(code),
            client=asked.client,
            account_id=caller.account_id,
            profile_id=caller.profile_id,
            redirect_uri=asked.redirect_uri,
            scope=asked.scope,
            challenge=asked.challenge,
            expires_at=clock.now() + CODE_LIFETIME,
        )
        by = audit.Doer(caller.account_id, caller.session_id)
        facts = {"client": asked.client.client_id}
        audit.note("identity", "client.allowed", by=by, about=caller.account_id, facts=facts)
    return code


def code_find(code: str, client: OAuthClient) -> AuthorizationCode | None:
    """A code that still opens, locked, in a transaction; one that was used ends what it opened."""
    found = AuthorizationCode.objects.select_for_update().filter(code_sha256=rules.digest(code))
    row = found.filter(client=client).first()
    if row is None:
        return None
    if row.session_id is not None:
        end_rows(Session.objects.filter(pk=row.session_id), "code_reused")
        return None
    return row if row.expires_at > clock.now() else None


def code_use(row: AuthorizationCode, device: Device | None) -> SignedIn:
    """A session for the application that a code was made for; in the transaction of `code_find`."""
    leave = Leave(row.client, row.scope)
    signed_in = start_session(row.account_id, device or Device("app"), leave=leave)
    watching = Profile.objects.filter(account_id=row.account_id)
    if row.profile_id is not None and watching.filter(pk=row.profile_id).exists():
        signed_in.session.profile_id = row.profile_id
        signed_in.session.save(update_fields=["profile"])
    row.used_at, row.session_id = clock.now(), signed_in.session.id
    row.save(update_fields=["used_at", "session_id"])
    return signed_in


def session_of_client(secret: str, client: OAuthClient) -> Session | None:
    """The session of an application, by whichever refresh secret of it, old ones too."""
    family = refreshing.digest(refreshing.read(secret).family)
    return Session.objects.filter(family_sha256=family, client=client).first()


def session_end_of_client(session: Session) -> None:
    """Take an application's leave back, as it asks itself (RFC 7009)."""
    with transaction_of("identity"):
        end_rows([session], "signed_out")


def codes_prune() -> int:
    """Forget codes that nobody can use or misuse any more, at most 5,000; how many."""
    with transaction_of("identity"):
        old = AuthorizationCode.objects.filter(expires_at__lte=clock.now() - _KNOWN_AFTER)
        going = old.values("pk")[:_PRUNED_AT_ONCE]
        return AuthorizationCode.objects.filter(pk__in=going).delete()[0]
