"""A host's certificate, from the invitation to a handshake, and how the command speaks."""

import socket
import ssl
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from matinee.contracts.delivery import InvitationDraft
from matinee.delivery import actions
from matinee.delivery.agent.control import trust
from matinee.delivery.agent.folder import EdgeFolder
from matinee.delivery.agent.joining import Wish, certificate_renew, join, listening
from matinee.delivery.api import app
from matinee.kernel import clock, problems
from matinee.kernel import settings as shared_settings
from matinee.run.cli import main
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.django_db(databases=["delivery"])

SERVICE = "http://control.test"


def invited(url: str = "https://edge.example.org", **more: str) -> str:
    return actions.invitation_make(InvitationDraft(id="paris-1", base_url=url, **more)).token


def handshake(folder: EdgeFolder, name: str) -> None:
    """A client that trusts the service's authority meets the edge's certificate under a name."""
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(folder.certificate, folder.certificate_key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_answer, args=(listener, server))
        thread.start()
        try:
            with (
                socket.create_connection(listener.getsockname(), PATIENCE_S) as link,
                trust(folder.authority).wrap_socket(link, server_hostname=name) as secure,
            ):
                assert secure.recv(2) == b"ok"
        finally:
            thread.join(PATIENCE_S)


def _answer(listener: socket.socket, context: ssl.SSLContext) -> None:
    link, _ = listener.accept()
    try:
        with context.wrap_socket(link, server_side=True) as secure:
            secure.send(b"ok")
    except (ssl.SSLError, OSError):
        link.close()


def test_an_edge_with_https_gets_a_certificate_for_its_name_only(tmp_path: Path) -> None:
    folder = EdgeFolder(tmp_path)
    identity = join(folder, Wish(SERVICE, invited()), app.wsgi_app)
    assert identity.is_own_certificate
    assert identity.listen == "0.0.0.0:443"
    assert (tmp_path / "agent" / "certificate_key.pem").stat().st_mode & 0o077 == 0
    handshake(folder, "edge.example.org")
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(folder, "other.example.org")


def test_a_certificate_is_renewed_a_month_before_its_end(tmp_path: Path) -> None:
    folder = EdgeFolder(tmp_path)
    with clock.shifted(-timedelta(days=61)):
        identity = join(folder, Wish(SERVICE, invited()), app.wsgi_app)
        assert not certificate_renew(folder, identity, app.wsgi_app)
    first = folder.certificate.read_text()
    assert certificate_renew(folder, identity, app.wsgi_app)
    assert folder.certificate.read_text() != first
    handshake(folder, "edge.example.org")


def test_an_operators_own_certificate_is_left_alone(tmp_path: Path) -> None:
    pem, key = tmp_path / "own.pem", tmp_path / "own.key"
    wish = Wish(SERVICE, invited(), certificate=pem, certificate_key=key)
    identity = join(EdgeFolder(tmp_path / "edge"), wish, app.wsgi_app)
    assert (identity.certificate, identity.is_own_certificate) == (pem, False)
    assert not certificate_renew(EdgeFolder(tmp_path / "edge"), identity, app.wsgi_app)


def test_an_address_is_needed_from_one_side(tmp_path: Path) -> None:
    token = invited("")
    with pytest.raises(problems.Unprocessable, match="add --url"):
        join(EdgeFolder(tmp_path), Wish(SERVICE, token), app.wsgi_app)
    wish = Wish(SERVICE, token, base_url="http://127.0.0.1:8490/")
    identity = join(EdgeFolder(tmp_path), wish, app.wsgi_app)
    assert (identity.base_url, identity.listen) == ("http://127.0.0.1:8490", "127.0.0.1:8490")


def test_a_host_is_an_edge_of_one_service(tmp_path: Path) -> None:
    join(EdgeFolder(tmp_path), Wish(SERVICE, invited()), app.wsgi_app)
    with pytest.raises(problems.Conflict, match=r"edge paris-1 of http://control\.test already"):
        join(EdgeFolder(tmp_path), Wish("http://other.test", "x" * 30), app.wsgi_app)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://e.example.org", "0.0.0.0:443"),
        ("http://e.example.org:8080", "0.0.0.0:8080"),
        ("http://localhost:8080", "127.0.0.1:8080"),
    ],
)
def test_only_this_machines_own_address_stays_on_loopback(url: str, expected: str) -> None:
    assert listening(url) == expected


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["run"], "This host is no edge yet."),
        (["join", "http://127.0.0.1:1", "--token", "x" * 30], "does not answer"),
        (
            ["join", "http://127.0.0.1:1", "--token", "x", "--certificate", __file__],
            "belong together",
        ),
    ],
)
def test_the_command_says_what_to_do(
    command: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_HOME", str(shared_settings.get().home / "host"))
    shared_settings.get.cache_clear()
    try:
        result = CliRunner().invoke(main, ["edge", *command])
    finally:
        monkeypatch.undo()
        shared_settings.get.cache_clear()
    assert result.exit_code != 0
    assert says in result.output
