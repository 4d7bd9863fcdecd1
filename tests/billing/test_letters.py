"""Customers are written to: by SMTP, or into a folder; nothing is lost while a server is away."""

import email
import socketserver
import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from matinee.billing import actions
from matinee.billing.models import Customer, Notice
from matinee.billing.rules.letters import letter
from matinee.kernel import ids, settings
from tests.billing.conftest import Call

pytestmark = pytest.mark.django_db(databases=["billing"])

DEBT = {"due_minor": 999, "currency": "EUR", "decline": "insufficient_funds"}


class PostOffice(socketserver.ThreadingTCPServer):
    """As much of SMTP (RFC 5321) as one letter needs."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.letters: list[str] = []


class Session(socketserver.StreamRequestHandler):
    server: PostOffice

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            word = line.split()[0].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.letters.append(self._text())
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")

    def _text(self) -> str:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.decode())
        return "".join(lines)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    with PostOffice() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        port = server.server_address[1]
        monkeypatch.setenv("MATINEE_SMTP_URL", f"smtp://127.0.0.1:{port}")
        settings.get.cache_clear()
        yield server
        server.shutdown()
        thread.join()
    settings.get.cache_clear()


def notice(kind: str = "payment_failed", address: str = "vera@example.org") -> Notice:
    customer = Customer.objects.create(account_id=ids.uuid7(), email=address)
    return Notice.objects.create(customer=customer, kind=kind, data=DEBT)


def test_a_letter_goes_out_once(office: PostOffice) -> None:
    notice()
    assert actions.letters_send() == 1
    assert actions.letters_send() == 0
    (text,) = office.letters
    message = email.message_from_string(text)
    assert (message["To"], message["Subject"]) == (
        "vera@example.org",
        "Your payment did not go through",
    )
    assert "9.99 EUR" in str(message.get_payload())


def test_while_the_server_is_away_letters_wait(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice()
    monkeypatch.setenv("MATINEE_SMTP_URL", "smtp://127.0.0.1:1")
    settings.get.cache_clear()
    assert actions.letters_send() == 0
    assert Notice.objects.filter(told_at=None).count() == 1
    assert office.letters == []


def test_without_a_server_letters_lie_in_a_folder() -> None:
    notice("on_hold")
    assert actions.letters_send() == 1
    (kept,) = (settings.get().home / "mail").glob("*.eml")
    assert b"on hold" in kept.read_bytes()
    kept.unlink()


def test_where_nobody_can_be_written_to_nothing_waits(office: PostOffice) -> None:
    notice(address="")
    notice("something_new")
    assert actions.letters_send() == 2
    assert office.letters == []


def test_letters_go_where_a_customer_wants_them(call: Call, account_id: UUID) -> None:
    assert call("PUT", "customer", {"email": "vera@example.org"}).status_code == 204
    assert Customer.objects.get(account_id=account_id).email == "vera@example.org"
    header = {"email": "vera@example.org\nBcc: all@example.org"}
    assert call("PUT", "customer", header).status_code == 422


@pytest.mark.parametrize("kind", ["payment_failed", "on_hold", "ended_unpaid", "price_change"])
def test_every_letter_says_where_to_go_on(kind: str) -> None:
    data: dict[str, Any] = {**DEBT, "amount_minor": 1099, "from": "2027-03-01T00:00:00Z"}
    written = letter(kind, data, "https://here/account")
    assert written is not None
    assert "https://here/account" in written.text
