"""What the processes of an installation said, searched for what no log may hold."""

import re
from collections.abc import Iterator
from pathlib import Path

_NEVER = {
    "an address": re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}"),
    "an access token": re.compile(r"eyJ[\w-]{10,}\.[\w-]+\."),
    "a media token": re.compile(r"/media/k\d+~\d+~[0-9a-f]+~[\w-]{20,}"),
    "a session's cookie": re.compile(r"matinee_session=[\w-]{8,}"),
    "a card": re.compile(r"\b4242[ -]?4242[ -]?4242[ -]?4242\b"),
}
# Shorter ones are words that may stand in a log by chance.
_SECRET_LENGTH_MIN = 20


def personal_in_logs(home: Path, *never: str) -> list[str]:
    """Each line of a log with something personal or secret, and what; `never` are texts besides."""
    secrets = dict.fromkeys(_secrets(home), "a secret") | dict.fromkeys(never, "a text")
    return [
        f"{what} in {path.name}:{number}: {line.strip()[:160]}"
        for path in (*sorted((home / "logs").glob("*.log*")), home / "up.log")
        for number, line in enumerate(_lines(path), start=1)
        for what in (
            *(name for name, pattern in _NEVER.items() if pattern.search(line)),
            *(name for text, name in secrets.items() if text in line),
        )
    ]


def _lines(path: Path) -> list[str]:
    return path.read_text(errors="replace").splitlines() if path.is_file() else []


def _secrets(home: Path) -> Iterator[str]:
    """What stands in the files of the secrets folder, line by line."""
    for path in sorted((home / "secrets").rglob("*")):
        for line in _lines(path):
            text = line.strip()
            if len(text) >= _SECRET_LENGTH_MIN and not text.startswith("-----"):
                yield text
