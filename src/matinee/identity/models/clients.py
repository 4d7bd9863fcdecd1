"""Tables of applications of others, and of what lets one of them, or a television, in."""

from django.db import models
from django.db.models import Q

from matinee.identity.models.accounts import Account
from matinee.kernel.records import Record


class OAuthClient(Record):
    """An application that may act in people's names; a public one has no secret."""

    client_id = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    secret_sha256 = models.BinaryField(max_length=32, null=True)
    redirect_uris = models.JSONField(default=list)
    scopes = models.JSONField(default=list)
    is_device = models.BooleanField(default=False)


class AuthorizationCode(Record):
    """What an application exchanges for tokens, once (RFC 6749, section 4.1.2).

    It stays when it was used, for as long as it would be valid, and says which session came
    of it: whoever shows it again ends that one.
    """

    code_sha256 = models.BinaryField(max_length=32, unique=True)
    client = models.ForeignKey(OAuthClient, models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    profile_id = models.UUIDField(null=True)
    redirect_uri = models.CharField(max_length=500)
    scope = models.CharField(max_length=200)
    # RFC 7636; the method is always S256.
    challenge = models.CharField(max_length=128)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    session_id = models.UUIDField(null=True)


class DeviceGrant(Record):
    """A television that waits to be let in (RFC 8628); without a client it is our own page."""

    device_code_sha256 = models.BinaryField(max_length=32, unique=True)
    user_code_sha256 = models.BinaryField(max_length=32)
    client = models.ForeignKey(OAuthClient, models.CASCADE, null=True, related_name="+")
    scope = models.CharField(max_length=200, default="")
    device_name = models.CharField(max_length=120)
    place = models.CharField(max_length=60)
    network = models.CharField(max_length=60)
    interval_s = models.PositiveSmallIntegerField()
    polled_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(db_index=True)
    # Who answered, and what; None while nobody has.
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")
    is_allowed = models.BooleanField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user_code_sha256"],
                condition=Q(used_at=None),
                name="device_code_once",
            ),
            models.CheckConstraint(
                condition=Q(is_allowed=None) | Q(account__isnull=False),
                name="device_answered_by_somebody",
            ),
        ]
