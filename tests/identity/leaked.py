"""A list of leaked passwords as it is downloaded."""

import hashlib


def lines_of(passwords: list[str]) -> str:
    """A line for each: its SHA-1 in capitals, and how often it was seen, in order."""
    digests = sorted(
        hashlib.sha1(each.encode(), usedforsecurity=False).hexdigest().upper() for each in passwords
    )
    return "".join(f"{digest}:{at + 1}\r\n" for at, digest in enumerate(digests))
