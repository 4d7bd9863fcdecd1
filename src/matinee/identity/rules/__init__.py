"""Rules of accounts, profiles and sessions, without I/O."""

from matinee.identity.rules.accounts import normal_email
from matinee.identity.rules.profiles import (
    KIDS_MATURITY_AGE_MAX,
    PROFILES_MAX,
    Ceiling,
    ceiling,
    free_slot,
    needs_grown_up,
)
from matinee.identity.rules.sessions import SESSIONS_MAX, digest, is_foreign, network

__all__ = [
    "KIDS_MATURITY_AGE_MAX",
    "PROFILES_MAX",
    "SESSIONS_MAX",
    "Ceiling",
    "ceiling",
    "digest",
    "free_slot",
    "is_foreign",
    "needs_grown_up",
    "network",
    "normal_email",
]
