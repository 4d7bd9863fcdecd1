"""A small OpenID provider on loopback: as strict as the standards about what it is asked.

Sources: OpenID Connect Core 1.0, section 3.1; RFC 7636, section 4.6.
"""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from bench import ports

CLIENT, SECRET = "matinee-here", "a secret of the provider"
BITS = 2048


class Provider(ThreadingHTTPServer):
    """Vouches for whoever a test says has signed in there; `spoil` changes its ID tokens."""

    daemon_threads = True

    def __init__(self) -> None:
        # An address of its own: what a provider says of itself is remembered by its address.
        super().__init__(("127.0.0.1", ports.free()), _Desk)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
        self.kid = "first"
        self.spoil: dict[str, Any] = {}
        self.refused: list[str] = []
        self._codes: dict[str, tuple[dict[str, str], dict[str, Any]]] = {}
        self._thread = threading.Thread(target=self.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def approve(self, url: str, **claims: Any) -> tuple[str, str]:
        """Sign somebody in who came to `url`; the code and state that they go back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) == {"openid", "email", "profile"}
        code = f"code-{len(self._codes)}"
        self._codes[code] = (asked, claims)
        return code, asked["state"]

    def redeem(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The answer to a code; None where anything about the question is wrong."""
        asked, claims = self._codes.pop(form.get("code", ""), ({}, {}))
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        is_right = (
            base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == asked.get("code_challenge")
            and form.get("redirect_uri") == asked.get("redirect_uri")
            and authorization == f"Basic {expected}"
        )
        if not is_right:
            self.refused.append(form.get("code", ""))
            return None
        token = self._id_token({"nonce": asked["nonce"], **claims})
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": token}

    def document(self, path: str) -> dict[str, Any] | None:
        """What it says of itself."""
        if path == "/.well-known/openid-configuration":
            names = ("authorization_endpoint", "token_endpoint")
            places = {name: f"{self.issuer}/{name}" for name in names}
            return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks", **places}
        if path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return {"keys": [{**public, "kid": self.kid, "use": "sig", "alg": "RS256"}]}
        return None

    def _id_token(self, claims: dict[str, Any]) -> str:
        now = int(time.time())
        about = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60}
        whole = about | claims | self.spoil
        return jwt.encode(whole, self.key, algorithm="RS256", headers={"kid": self.kid})


class _Desk(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        self._answer(self.server.document(self.path), 404)

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(text).items()}
        self._answer(self.server.redeem(form, self.headers.get("Authorization", "")), 400)

    def _answer(self, found: dict[str, Any] | None, otherwise: int) -> None:
        self.send_response(200 if found is not None else otherwise)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        answer = {"error": "invalid_grant"} if found is None else found
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_args: object) -> None:
        """Say nothing."""
