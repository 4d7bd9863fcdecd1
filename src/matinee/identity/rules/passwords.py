"""Rules of passwords, without I/O: which are refused though they are long enough.

There are no rules of composition, and nothing is trimmed, folded or cut (OWASP ASVS 5.0,
6.2.5 and 6.2.8; NIST SP 800-63B-4, section 3.1.1.2).
"""

import hashlib
from collections.abc import Callable, Iterable

from matinee.kernel.problems import Unprocessable

_SERVICE = "matinee"


def refuse_weak(password: str, email: str, is_known: Callable[[str], bool]) -> None:
    """Unprocessable for a password that guessers try first: a known one, or one's own address."""
    if password.lower() in set(_own_words(email)):
        code = "weak_password"
        detail = "This password is taken from the address. Choose one that nobody would guess."
        raise Unprocessable(code, detail)
    if is_known(password):
        code = "known_password"
        detail = (
            "This password is on lists that attackers try first, because it has leaked or many "
            "people use it. Choose another one; a few unrelated words are good."
        )
        raise Unprocessable(code, detail)


def password_mark(kept: str) -> str:
    """By which one sees that a password has changed since; it tells nothing about either."""
    return hashlib.sha256(kept.encode()).hexdigest()


def _own_words(email: str) -> Iterable[str]:
    address = email.lower()
    name, _, host = address.partition("@")
    return (address, name, host, _SERVICE, name * 2, f"{name}123")
