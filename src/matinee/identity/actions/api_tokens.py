"""What can be done with API tokens."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from matinee.contracts.api_tokens import ApiTokenDraft
from matinee.contracts.sessions import SessionEnded
from matinee.identity import queries, rules
from matinee.identity.actions.ending import access_end
from matinee.identity.actions.locking import locked_account
from matinee.identity.models import ApiToken
from matinee.kernel import api_tokens, audit, clock, ids
from matinee.kernel.api_tokens import AccessGrant
from matinee.kernel.databases import transaction_of
from matinee.kernel.http.callers import access_tokens
from matinee.kernel.problems import Conflict, NotFound, NotSignedIn
from matinee.kernel.tokens import Caller

# More than anybody can tell apart.
TOKENS_MAX = 50
# Shown as over for so long, so that somebody sees why a program stopped.
_SHOWN_AFTER = timedelta(days=30)


class Made(NamedTuple):
    """A new token with its secret, which is nowhere else."""

    row: ApiToken
    secret: str


def api_token_make(account_id: UUID, draft: ApiTokenDraft, by: audit.Doer) -> Made:
    """Let a program act for an account; Conflict where that has 50 tokens."""
    secret = api_tokens.PREFIX + ids.secret()
    with transaction_of("identity"):
        locked_account(account_id)
        if ApiToken.objects.filter(account_id=account_id).count() >= TOKENS_MAX:
            detail = f"You have {TOKENS_MAX} tokens already. End one first."
            raise Conflict("too_many_tokens", detail)
        row = ApiToken.objects.create(
            account_id=account_id,
            name=draft.name,
            token_sha256=rules.digest(secret),
            scopes=sorted(set(draft.scopes)),
            expires_at=clock.now() + timedelta(days=draft.days),
        )
        facts: dict[str, audit.Fact] = {"token": str(row.pk), **dict.fromkeys(row.scopes, True)}
        audit.note("identity", "api_token.made", by=by, about=account_id, facts=facts)
    return Made(row, secret)


def api_token_end(token_id: UUID, by: audit.Doer, *, of: UUID | None) -> None:
    """Let a token open nothing any more; NotFound if there is none, or none of the account `of`."""
    with transaction_of("identity"):
        found = ApiToken.objects.select_for_update().filter(pk=token_id)
        row = (found if of is None else found.filter(account_id=of)).first()
        if row is None:
            raise NotFound("unknown_token", "There is no such token. Load the list anew.")
        ended = SessionEnded(
            account_id=row.account_id, session_id=row.session_id, reason="token_ended"
        )
        access_end([ended])
        facts: dict[str, audit.Fact] = {"token": str(row.pk)}
        audit.note("identity", "api_token.ended", by=by, about=row.account_id, facts=facts)
        row.delete()


def api_token_exchange(secret: str) -> AccessGrant:
    """An access token for an API token.

    NotSignedIn where there is no such token any more, or its owner has no role in force.
    """
    row = (
        ApiToken.objects.select_related("account")
        .filter(token_sha256=rules.digest(secret), expires_at__gt=clock.now())
        .filter(account__disabled_at=None)
        .first()
    )
    if row is None:
        detail = "This API token does not work, or not any more. Make another one in Studio."
        raise NotSignedIn("unknown_token", detail)
    roles = queries.roles_of_programs(row.account)
    if not roles:
        detail = "Whoever made this API token has no role any more, so it opens nothing."
        raise NotSignedIn("token_without_role", detail)
    ApiToken.objects.filter(pk=row.pk).update(used_at=clock.now())
    who = Caller(
        account_id=row.account_id,
        session_id=row.session_id,
        roles=roles,
        scopes=frozenset(row.scopes),
    )
    token, expires_at = access_tokens().issue(who)
    return AccessGrant(access_token=token, expires_at=min(expires_at, row.expires_at))


def api_tokens_prune() -> None:
    """Forget tokens that were over long ago."""
    ApiToken.objects.filter(expires_at__lt=clock.now() - _SHOWN_AFTER).delete()
