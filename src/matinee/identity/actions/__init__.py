"""What can be done with accounts, profiles and sessions; each in one transaction."""

from matinee.identity.actions.accounts import account_create, account_make_owner
from matinee.identity.actions.auditing import checkpoint_sign
from matinee.identity.actions.ending import (
    session_end_elsewhere,
    session_refuse,
    sessions_end,
)
from matinee.identity.actions.entering import session_go_on
from matinee.identity.actions.erasing import account_erase, erasures_finish, receipt_keep
from matinee.identity.actions.exporting import (
    export_ask,
    export_make,
    export_read,
    exports_prune,
)
from matinee.identity.actions.factors import factors_remove
from matinee.identity.actions.pins import (
    adding_allow,
    adding_pin_set,
    profile_enter,
    profile_pin_set,
)
from matinee.identity.actions.profiles import profile_change, profile_create, profile_remove
from matinee.identity.actions.sessions import session_end, session_step_up, sessions_prune
from matinee.identity.actions.staff import (
    account_disable,
    account_enable,
    account_look,
    account_sign_out,
    staff_remove,
    staff_set,
)
from matinee.identity.actions.starting import SignedIn, start_session

__all__ = [
    "SignedIn",
    "account_create",
    "account_disable",
    "account_enable",
    "account_erase",
    "account_look",
    "account_make_owner",
    "account_sign_out",
    "adding_allow",
    "adding_pin_set",
    "checkpoint_sign",
    "erasures_finish",
    "export_ask",
    "export_make",
    "export_read",
    "exports_prune",
    "factors_remove",
    "profile_change",
    "profile_create",
    "profile_enter",
    "profile_pin_set",
    "profile_remove",
    "receipt_keep",
    "session_end",
    "session_end_elsewhere",
    "session_go_on",
    "session_refuse",
    "session_step_up",
    "sessions_end",
    "sessions_prune",
    "staff_remove",
    "staff_set",
    "start_session",
]
