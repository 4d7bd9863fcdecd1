"""What can be done with accounts, profiles and sessions; each in one transaction."""

from matinee.identity.actions.accounts import (
    account_create,
    account_make_owner,
    account_sign_in,
    account_sign_up,
)
from matinee.identity.actions.ending import (
    session_end_elsewhere,
    session_refuse,
    sessions_end,
)
from matinee.identity.actions.profiles import profile_change, profile_create, profile_remove
from matinee.identity.actions.sessions import (
    SignedIn,
    session_end,
    session_refresh,
    session_step_up,
    sessions_prune,
)

__all__ = [
    "SignedIn",
    "account_create",
    "account_make_owner",
    "account_sign_in",
    "account_sign_up",
    "profile_change",
    "profile_create",
    "profile_remove",
    "session_end",
    "session_end_elsewhere",
    "session_refresh",
    "session_refuse",
    "session_step_up",
    "sessions_end",
    "sessions_prune",
]
