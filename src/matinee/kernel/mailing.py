"""How a letter leaves: by SMTP, or, where there is no server, into a folder to be looked at."""

import contextlib
import email
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from matinee.kernel import ids, settings

# What `send` raises while a server does not take a letter.
NOT_TAKEN = (OSError, smtplib.SMTPException)
_TIMEOUT_S = 20.0
_PORTS = {"smtp": 25, "smtps": 465}


def send(to: str, subject: str, text: str) -> None:
    """Send one letter; one of NOT_TAKEN while the server does not take it."""
    ours = settings.get()
    message = EmailMessage()
    message["To"], message["From"], message["Subject"] = to, ours.mail_from, subject
    message["Message-ID"] = f"<{ids.uuid7()}@matinee>"
    # A long link stays in one piece, for whoever reads the file.
    message.set_content(text, cte="7bit" if text.isascii() else "quoted-printable")
    if ours.smtp_url:
        _by_smtp(message, ours.smtp_url)
    else:
        folder = ours.home / "mail"
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / f"{ids.uuid7()}.eml").write_bytes(bytes(message))


def forget(to: str) -> int:
    """Remove the letters to an address that lie in the folder; how many."""
    count = 0
    for path in (settings.get().home / "mail").glob("*.eml"):
        with contextlib.suppress(FileNotFoundError):
            if to and email.message_from_bytes(path.read_bytes())["To"] == to:
                path.unlink()
                count += 1
    return count


def _by_smtp(message: EmailMessage, url: str) -> None:
    """Encrypted wherever the server can; the password lies in the secrets folder."""
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or _PORTS[parts.scheme]
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=_TIMEOUT_S)
    with server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
        if parts.username:
            secret = settings.get().secrets / "smtp_password"
            server.login(unquote(parts.username), secret.read_text().strip())
        server.send_message(message)
