"""What is known about accounts, as the messages that others read."""

from matinee.identity.queries.callers import caller_of
from matinee.identity.queries.devices import devices_of
from matinee.identity.queries.households import (
    Household,
    account_id_of,
    account_named,
    account_of,
    household_of,
    profile_message,
    profiles_of,
)

__all__ = [
    "Household",
    "account_id_of",
    "account_named",
    "account_of",
    "caller_of",
    "devices_of",
    "household_of",
    "profile_message",
    "profiles_of",
]
