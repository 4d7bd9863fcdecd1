"""Tables of `identity`."""

from matinee.identity.models.accounts import EMAIL_LENGTH_MAX, Account, StaffRole
from matinee.identity.models.profiles import Profile
from matinee.identity.models.sessions import Session
from matinee.identity.models.telling import DeadLetter, Inbox, Outbox

__all__ = [
    "EMAIL_LENGTH_MAX",
    "Account",
    "DeadLetter",
    "Inbox",
    "Outbox",
    "Profile",
    "Session",
    "StaffRole",
]
