"""Tables of `identity`."""

from matinee.identity.models.accounts import EMAIL_LENGTH_MAX, Account, StaffRole
from matinee.identity.models.api_tokens import ApiToken
from matinee.identity.models.audit import AuditCheckpoint, AuditEntry
from matinee.identity.models.clients import AuthorizationCode, DeviceGrant, OAuthClient
from matinee.identity.models.factors import (
    RECOVERY_CODES,
    KnownDevice,
    Passkey,
    ProviderLink,
    RecoveryCode,
    TotpFactor,
)
from matinee.identity.models.privacy import Erasure, ErasureReceipt, Export
from matinee.identity.models.profiles import Profile
from matinee.identity.models.sessions import Session
from matinee.identity.models.telling import DeadLetter, Inbox, Outbox

__all__ = [
    "EMAIL_LENGTH_MAX",
    "RECOVERY_CODES",
    "Account",
    "ApiToken",
    "AuditCheckpoint",
    "AuditEntry",
    "AuthorizationCode",
    "DeadLetter",
    "DeviceGrant",
    "Erasure",
    "ErasureReceipt",
    "Export",
    "Inbox",
    "KnownDevice",
    "OAuthClient",
    "Outbox",
    "Passkey",
    "Profile",
    "ProviderLink",
    "RecoveryCode",
    "Session",
    "StaffRole",
    "TotpFactor",
]
