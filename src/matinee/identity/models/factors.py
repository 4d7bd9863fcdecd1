"""Tables of the ways into an account beside its password."""

from django.db import models
from django.db.models import Q

from matinee.identity.models.accounts import Account
from matinee.kernel.records import Record
from matinee.kernel.sealed_fields import BlindIndex, SealedText

RECOVERY_CODES = 10
# WebAuthn, level 3, section 4: a credential's id has at most 1,023 bytes.
CREDENTIAL_ID_BYTES_MAX = 1023


class TotpFactor(Record):
    """An authenticator app; it counts from `confirmed_at` on."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="totp")
    secret = SealedText(owner="account_id")
    confirmed_at = models.DateTimeField(null=True)
    # The newest 30 s step whose code was taken: none counts twice.
    step_taken = models.BigIntegerField(default=0)


class RecoveryCode(Record):
    """What signs in once in place of a second factor; `code` is a hash, as a password's."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="recovery_codes")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=128)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="recovery_code_once"),
            models.CheckConstraint(
                condition=Q(number__lt=RECOVERY_CODES), name="recovery_code_in_bounds"
            ),
        ]


class Passkey(Record):
    """An authenticator's public key (WebAuthn)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="passkeys")
    credential_id = models.BinaryField(max_length=CREDENTIAL_ID_BYTES_MAX)
    public_key = models.BinaryField()
    # Of authenticators that count; for the others it stays 0.
    uses = models.BigIntegerField(default=0)
    name = SealedText(owner="account_id")
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["credential_id"], name="passkey_credential_once"),
        ]


class ProviderLink(Record):
    """Somebody at an external provider, who signs in here; found by issuer and subject.

    Never by an e-mail address, which a provider may give to somebody else.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="provider_links")
    provider = models.CharField(max_length=40)
    # Not known of links that releases before made, until they are used again.
    subject = SealedText(owner="account_id", null=True)  # type: ignore[misc]
    subject_digest = BlindIndex(of="subject", max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_digest"], name="provider_subject_once"),
        ]


class KnownDevice(Record):
    """A browser in which somebody has signed in to the account before."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="known_devices")
    secret_sha256 = models.BinaryField(max_length=32)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "secret_sha256"], name="known_device_once"),
        ]
        indexes = [models.Index(fields=["seen_at"], name="known_device_seen")]
