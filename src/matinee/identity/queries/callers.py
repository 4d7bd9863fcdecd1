"""For whom the access token of a session speaks."""

from matinee.contracts import identity as messages
from matinee.identity.models import Session
from matinee.identity.queries.factors import roles_in_force
from matinee.identity.queries.households import Household
from matinee.kernel.tokens import Caller


def caller_of(session: Session, household: Household) -> Caller:
    """The caller that a session's access token names; roles count in browsers alone.

    A television and an application of somebody else watch; they do not run the service, and
    neither does a child in front of a grown-up's browser.
    """
    account, profiles = household
    chosen = next((each for each in profiles if each.id == session.profile_id), None)
    return Caller(
        account_id=account.id,
        session_id=session.id,
        profile_id=None if chosen is None else chosen.id,
        maturity_age=0 if chosen is None else chosen.maturity_age,
        roles=_roles(session, account, chosen),
        is_kids=chosen is not None and chosen.is_kids,
        authenticated_at=session.authenticated_at,
        client_id=session.client.client_id if session.client else None,
        scopes=frozenset(session.scope.split()) if session.client else None,
        platform=session.device_class,
        language="" if chosen is None else chosen.language,
    )


def _roles(
    session: Session, account: messages.Account, chosen: messages.Profile | None
) -> frozenset[str]:
    if session.device_class != "browser" or (chosen is not None and chosen.is_kids):
        return frozenset()
    held = roles_in_force(account.roles, has_second_factor=session.has_second_factor)
    return held.roles
