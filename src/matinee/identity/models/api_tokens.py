"""The table of API tokens."""

from django.db import models

from matinee.identity.models.accounts import Account
from matinee.kernel import ids
from matinee.kernel.records import Record
from matinee.kernel.sealed_fields import SealedText


class ApiToken(Record):
    """What a program shows instead of signing in: with its account's roles, within its scopes."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="api_tokens")
    name = SealedText(owner="account_id")
    token_sha256 = models.BinaryField(max_length=32)
    scopes = models.JSONField(default=list)
    # Its access tokens are of this session; another one follows when what it may do has changed.
    session_id = models.UUIDField(default=ids.uuid7)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_sha256"], name="api_token_once"),
        ]
