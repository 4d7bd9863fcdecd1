"""The keys of the audit log: one that chains entries, one that signs checkpoints."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from matinee.kernel import secret_files, settings

CHAIN_FILE = "audit_chain_key"
SIGNING_FILE = "audit_signing_key.pem"


def chain_key() -> bytes:
    """What digests of entries are made with."""
    return secret_files.read_or_make(settings.get().secrets / CHAIN_FILE).encode()


def sign(text: bytes) -> bytes:
    """An Ed25519 signature (RFC 8032)."""
    return _private().sign(text)


def is_signed(text: bytes, signature: bytes) -> bool:
    """Whether we signed it."""
    try:
        _private().public_key().verify(signature, text)
    except InvalidSignature:
        return False
    return True


def _private() -> Ed25519PrivateKey:
    path = settings.get().secrets / SIGNING_FILE
    pem = secret_files.read_or_make(path, _new).encode()
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key; put it back from a copy")
    return key


def _new() -> str:
    return (
        Ed25519PrivateKey.generate()
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )
