"""The contract of whatever wraps data keys, passed by each: a file, a transit engine, a KMS."""

import base64
import json
import os
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.serving import make_server

from matinee.kernel import ids
from matinee.kernel.keys.in_file import FILE, FileWrapper
from matinee.kernel.keys.kms import CREDENTIALS_FILE, KmsWrapper
from matinee.kernel.keys.sigv4 import Credentials, Scope, signed
from matinee.kernel.keys.transit import TOKEN_FILE, TransitWrapper
from matinee.kernel.keys.wrapper import Wrapped, Wrapper
from matinee.kernel.problems import Unavailable
from tests.patience import PATIENCE_S

TOKEN = "hvs.made-for-one-test"


class TransitTwin(BaseHTTPRequestHandler):
    """Answers as the transit engine documents it, with real keys of its own."""

    keys: dict[str, list[bytes]] = {}
    oldest: dict[str, int] = {}

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(json.loads(body or b"{}"))

    def log_message(self, *_args: object) -> None:
        return

    def _answer(self, body: dict[str, Any] | None) -> None:
        status, data = 403, None
        if self.headers.get("X-Vault-Token") == TOKEN:
            try:
                status, data = 200, self._done(self.path.removeprefix("/v1/transit/"), body)
            except (KeyError, IndexError, ValueError, InvalidTag):
                status = 400
        text = b"" if data is None else json.dumps({"data": data}).encode()
        self.send_response(status if text or status != 200 else 204)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _done(self, path: str, body: dict[str, Any] | None) -> dict[str, Any] | None:
        verb, _, rest = path.partition("/")
        name, _, deed = rest.partition("/")
        if verb == "keys":
            return self._keep(name, deed, body)
        text = body or {}
        bound = base64.b64decode(text["associated_data"])
        if verb == "encrypt":
            nonce = os.urandom(12)
            sealed = AESGCM(self.keys[name][-1]).encrypt(
                nonce, base64.b64decode(text["plaintext"]), bound
            )
            kept = base64.b64encode(nonce + sealed).decode()
            return {"ciphertext": f"vault:v{len(self.keys[name])}:{kept}"}
        _, version, kept = text["ciphertext"].split(":")
        number = int(version[1:])
        if number < self.oldest.get(name, 1):
            raise KeyError(version)
        sealed = base64.b64decode(kept)
        plain = AESGCM(self.keys[name][number - 1]).decrypt(sealed[:12], sealed[12:], bound)
        return {"plaintext": base64.b64encode(plain).decode()}

    def _keep(self, name: str, deed: str, body: dict[str, Any] | None) -> dict[str, Any] | None:
        if body is None:
            return {"latest_version": len(self.keys[name])}
        if deed == "config":
            self.oldest[name] = body["min_decryption_version"]
        elif deed == "rotate":
            self.keys[name].append(os.urandom(32))
        elif not deed:
            self.keys.setdefault(name, [os.urandom(32)])
        return None


@pytest.fixture(scope="module")
def transit_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), TransitTwin)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/transit/keys/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def kms_url() -> Iterator[str]:
    from moto.kms.exceptions import ValidationException  # noqa: PLC0415 - slow to import
    from moto.kms.models import KmsBackend  # noqa: PLC0415
    from moto.server import create_backend_app  # noqa: PLC0415

    decrypt = KmsBackend.decrypt

    def refusing(kms: Any, key_id: str, **asked: Any) -> Any:
        # Amazon refuses a key at once that is to go in a week; the stand-in would go on using it.
        if kms.keys[key_id].key_state == "PendingDeletion":
            raise ValidationException(key_id)
        return decrypt(kms, key_id=key_id, **asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KmsBackend, "decrypt", refusing)
        server = make_server("127.0.0.1", 0, create_backend_app("kms"), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/alias/"
        server.shutdown()
        thread.join(timeout=PATIENCE_S)
        server.server_close()


@pytest.fixture(params=["file", "transit", "kms"])
def make(request: pytest.FixtureRequest, tmp_path: Path, transit_url: str) -> Callable[[], Wrapper]:
    """Makes a wrapper again and again that stands on the same key-encryption keys."""
    (tmp_path / TOKEN_FILE).write_text(f"{TOKEN}\n")
    (tmp_path / CREDENTIALS_FILE).write_text("an-id\na-secret\n")
    name = f"k{ids.uuid7().hex}"
    if request.param == "file":
        return lambda: FileWrapper(tmp_path)
    if request.param == "transit":
        return lambda: TransitWrapper(f"{transit_url}{name}", tmp_path)
    url = f"{request.getfixturevalue('kms_url')}{name}"
    return lambda: KmsWrapper(url, tmp_path)


def test_what_one_process_wraps_another_unwraps(make: Callable[[], Wrapper]) -> None:
    owner, key = ids.uuid7(), os.urandom(32)
    make().begin()
    wrapped = make().wrap(key, owner)
    assert make().unwrap(wrapped, owner) == key
    assert key not in wrapped.text
    assert wrapped.name == make().newest()
    assert wrapped.text != make().wrap(key, owner).text


def test_to_begin_again_changes_nothing(make: Callable[[], Wrapper]) -> None:
    make().begin()
    name = make().newest()
    make().begin()
    assert make().newest() == name


def test_a_wrapped_key_is_its_owners_alone_and_no_other(make: Callable[[], Wrapper]) -> None:
    wrapper, owner = make(), ids.uuid7()
    wrapper.begin()
    wrapped = wrapper.wrap(os.urandom(32), owner)
    with pytest.raises(Unavailable):
        wrapper.unwrap(wrapped, ids.uuid7())
    text = bytearray(wrapped.text)
    text[-3] ^= 1
    with pytest.raises(Unavailable):
        wrapper.unwrap(Wrapped(bytes(text), wrapped.name), owner)


@pytest.mark.asvs("V11.4.2")
def test_a_newer_key_wraps_and_the_older_still_unwraps(make: Callable[[], Wrapper]) -> None:
    running, owner, key = make(), ids.uuid7(), os.urandom(32)
    running.begin()
    old = running.wrap(key, owner)
    name = make().rotate()  # by another process, while this one runs
    assert running.newest() == name != old.name
    assert running.wrap(key, owner).name == name
    assert running.unwrap(old, owner) == key


def test_what_a_retired_key_wrapped_is_lost_and_nothing_else(make: Callable[[], Wrapper]) -> None:
    wrapper, owner, key = make(), ids.uuid7(), os.urandom(32)
    wrapper.begin()
    old = wrapper.wrap(key, owner)
    wrapper.rotate()
    new = wrapper.wrap(key, owner)
    wrapper.retire()
    assert make().unwrap(new, owner) == key
    with pytest.raises(Unavailable):
        make().unwrap(old, owner)


def test_without_keys_it_says_so_and_makes_none(make: Callable[[], Wrapper]) -> None:
    with pytest.raises(Unavailable):
        make().wrap(os.urandom(32), ids.uuid7())
    with pytest.raises(Unavailable):
        make().newest()


def test_a_file_that_is_damaged_is_left_as_it_is(tmp_path: Path) -> None:
    for content in ("", "[]", '[["file:1", "c2hvcnQ="]]', "no json"):
        (tmp_path / FILE).write_text(content)
        with pytest.raises(Unavailable):
            FileWrapper(tmp_path).wrap(os.urandom(32), ids.uuid7())
        assert (tmp_path / FILE).read_text() == content


def test_a_transit_engine_that_is_away_is_told_as_a_problem(tmp_path: Path) -> None:
    (tmp_path / TOKEN_FILE).write_text(TOKEN)
    away = TransitWrapper("http://127.0.0.1:9/v1/transit/keys/m", tmp_path)
    with pytest.raises(Unavailable):
        away.newest()


@pytest.mark.parametrize("content", ["", "only-an-id", "four words are not"])
def test_credentials_that_are_none_are_told_as_a_problem(tmp_path: Path, content: str) -> None:
    (tmp_path / CREDENTIALS_FILE).write_text(content)
    with pytest.raises(Unavailable):
        KmsWrapper("http://127.0.0.1:9/alias/m", tmp_path).newest()


@given(
    body=st.binary(max_size=200),
    secret=st.text("abcXYZ019+/", min_size=1, max_size=40),
    token=st.text("abcXYZ019+/=", max_size=40),
    region=st.sampled_from(["eu-central-1", "us-gov-west-1"]),
)
def test_a_signature_is_the_one_that_amazons_own_library_makes(
    body: bytes, secret: str, token: str, region: str
) -> None:
    headers = {"Host": f"kms.{region}.amazonaws.com", "X-Amz-Target": "TrentService.Encrypt"}
    theirs = AWSRequest("POST", f"https://{headers['Host']}/", dict(headers), body)
    SigV4Auth(ReadOnlyCredentials("an-id", secret, token or None), "kms", region).add_auth(theirs)
    at = datetime.strptime(theirs.headers["X-Amz-Date"], "%Y%m%dT%H%M%S%z")
    ours = signed(headers, body, Credentials("an-id", secret, token), Scope(region, "kms"), at)
    assert ours["Authorization"] == theirs.headers["Authorization"]
