"""What is known about accounts, as the messages that others read."""

from matinee.identity.queries.api_tokens import (
    api_token_message,
    api_tokens_listed,
    roles_of_programs,
)
from matinee.identity.queries.audit import audit_page, verdict
from matinee.identity.queries.callers import caller_of
from matinee.identity.queries.clients import client_message, clients_registered
from matinee.identity.queries.devices import devices_of
from matinee.identity.queries.doors import comer
from matinee.identity.queries.factors import (
    factor_ways,
    link_message,
    passkey_message,
    recovery_codes_left,
    roles_in_force,
    security_of,
)
from matinee.identity.queries.households import (
    Household,
    account_id_of,
    account_named,
    account_of,
    account_row,
    account_told,
    has_pin,
    household_of,
    profile_message,
    profiles_of,
    shown_to,
)
from matinee.identity.queries.privacy import (
    erasure_message,
    erasure_of,
    export_message,
    exports_of,
)
from matinee.identity.queries.staff import colleagues, staff_list, staff_member, studio_account

__all__ = [
    "Household",
    "account_id_of",
    "account_named",
    "account_of",
    "account_row",
    "account_told",
    "api_token_message",
    "api_tokens_listed",
    "audit_page",
    "caller_of",
    "client_message",
    "clients_registered",
    "colleagues",
    "comer",
    "devices_of",
    "erasure_message",
    "erasure_of",
    "export_message",
    "exports_of",
    "factor_ways",
    "has_pin",
    "household_of",
    "link_message",
    "passkey_message",
    "profile_message",
    "profiles_of",
    "recovery_codes_left",
    "roles_in_force",
    "roles_of_programs",
    "security_of",
    "shown_to",
    "staff_list",
    "staff_member",
    "studio_account",
    "verdict",
]
