"""As much of an authenticator as signing in needs (W3C WebAuthn, level 3, section 6)."""

import hashlib
import json
import os
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

ORIGIN = "http://localhost:8480"
_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40
_NO_MODEL = bytes(16)


class Authenticator:
    """A key that one opens by looking at it; `is_opened` is whether somebody did."""

    def __init__(self, origin: str = ORIGIN) -> None:
        self.origin = origin
        self.is_opened = True
        self.uses = 0
        self.credential_id = os.urandom(32)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._handle = ""

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to `navigator.credentials.create`."""
        self._handle = options["user"]["id"]
        about = self._about(options["rp"]["id"], _ATTESTED)
        about += _NO_MODEL + len(self.credential_id).to_bytes(2, "big") + self.credential_id
        about += cbor2.dumps(self._public_key())
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": about})
        asked = self._asked("webauthn.create", options["challenge"])
        return self._answer(
            {
                "clientDataJSON": bytes_to_base64url(asked),
                "attestationObject": bytes_to_base64url(attested),
            }
        )

    def prove(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to `navigator.credentials.get`."""
        self.uses += 1
        asked = self._asked("webauthn.get", options["challenge"])
        about = self._about(options["rpId"])
        signed = self._key.sign(about + hashlib.sha256(asked).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": bytes_to_base64url(asked),
                "authenticatorData": bytes_to_base64url(about),
                "signature": bytes_to_base64url(signed),
                "userHandle": self._handle,
            }
        )

    def _about(self, party: str, more: int = 0) -> bytes:
        flags = _PRESENT | more | (_VERIFIED if self.is_opened else 0)
        digest = hashlib.sha256(party.encode()).digest()
        return digest + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _asked(self, kind: str, challenge: str) -> bytes:
        assert base64url_to_bytes(challenge)
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _public_key(self) -> dict[int, Any]:
        """RFC 9053, section 7.1.1: ES256 over P-256."""
        point = self._key.public_key().public_numbers()
        x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
        return {1: 2, 3: -7, -1: 1, -2: x, -3: y}

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = bytes_to_base64url(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}
