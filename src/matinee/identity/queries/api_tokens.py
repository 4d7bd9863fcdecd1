"""API tokens as Studio lists them, and what they may do."""

from uuid import UUID

from matinee.contracts import api_tokens as messages
from matinee.identity.models import Account, ApiToken, StaffRole
from matinee.identity.queries.factors import roles_in_force
from matinee.kernel import sealing
from matinee.kernel.scopes import PROGRAM_SCOPES

_LISTED_MAX = 1000


def api_tokens_listed(of: UUID | None) -> messages.ApiTokens:
    """The tokens of an account, newest first; of all accounts with None."""
    rows = ApiToken.objects.select_related("account").order_by("-id")
    if of is not None:
        rows = rows.filter(account_id=of)
    shown = list(rows[:_LISTED_MAX])
    sealing.warm(row.account_id for row in shown)
    return messages.ApiTokens(
        tokens=[api_token_message(row) for row in shown],
        scopes=[
            messages.ApiScopeWords(name=name, words=scope.words)
            for name, scope in PROGRAM_SCOPES.items()
        ],
    )


def api_token_message(row: ApiToken, secret: str | None = None) -> messages.ApiToken:
    """A token as Studio shows it; `secret` only when it is made."""
    return messages.ApiToken(
        id=row.pk,
        name=row.name,
        owner=row.account.email,
        scopes=row.scopes,
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        secret=secret,
    )


def roles_of_programs(account: Account) -> frozenset[str]:
    """What an account's programs may do now; who made them had shown a second factor."""
    held = StaffRole.objects.filter(account=account).values_list("role", flat=True)
    return roles_in_force(held, has_second_factor=True).roles
