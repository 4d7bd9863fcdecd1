"""Key pairs that sign tokens (ES256), on rings that turn while services run."""

import base64
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from jwt.algorithms import ECAlgorithm

from matinee.kernel.key_rings import Key, KeyRing

ALGORITHM = "ES256"
_ECDSA = ec.ECDSA(hashes.SHA256())
# A signature is two numbers of this many bytes.
_NUMBER_BYTES = 32


def key_pairs(path: Path) -> KeyRing:
    """The ring of key pairs in a file; each secret is a private key as PEM."""
    return KeyRing(path, make=new_pem)


@lru_cache(maxsize=64)
def private_key(key: Key) -> ec.EllipticCurvePrivateKey:
    """The private half of a key of such a ring; TypeError where it is something else."""
    loaded = serialization.load_pem_private_key(key.secret.encode(), password=None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        msg = f"The key {key.kid} is not an EC key. Remove the file that holds it to get one."
        raise TypeError(msg)
    return loaded


@lru_cache(maxsize=64)
def public_key(key: Key) -> ec.EllipticCurvePublicKey:
    """The public half."""
    return private_key(key).public_key()


def is_signed(key: Key, text: str, signature: bytes) -> bool:
    """Whether `signature` (RFC 7518, section 3.4) is one of `text` by a key of such a ring."""
    if len(signature) != 2 * _NUMBER_BYTES:
        return False
    r, s = signature[:_NUMBER_BYTES], signature[_NUMBER_BYTES:]
    pair = encode_dss_signature(int.from_bytes(r), int.from_bytes(s))
    try:
        public_key(key).verify(pair, text.encode(), _ECDSA)
    except InvalidSignature:
        return False
    return True


def signature(key: Key, text: str) -> str:
    """A signature of `text` by a key of such a ring (RFC 7518, section 3.4), as base64url."""
    r, s = decode_dss_signature(private_key(key).sign(text.encode(), _ECDSA))
    return base64url(r.to_bytes(_NUMBER_BYTES) + s.to_bytes(_NUMBER_BYTES))


def base64url(data: bytes) -> str:
    """Without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def published(ring: KeyRing) -> list[dict[str, Any]]:
    """The public halves as a JWK set lists them (RFC 7517, section 5)."""
    return [_published(key) for key in sorted(ring.keys(), key=lambda one: one.kid)]


def _published(key: Key) -> dict[str, Any]:
    told = ECAlgorithm.to_jwk(public_key(key), as_dict=True)
    return {**told, "kid": key.kid, "use": "sig", "alg": ALGORITHM}


def new_pem() -> str:
    """A new private key on P-256, as PEM (PKCS #8)."""
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )
