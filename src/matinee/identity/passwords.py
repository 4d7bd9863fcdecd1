"""How passwords are kept: Argon2id, with the parameters that OWASP recommends."""

from collections.abc import Iterable

from matinee.identity import hashing, known_passwords, settings
from matinee.identity.hashing import Seat
from matinee.identity.rules.passwords import refuse_weak

# What no password matches; checking against it costs as much as any other.
UNUSABLE = "!"
# With what hashes of ours begin in the database, where Django's hasher had put it.
_ALGORITHM = "argon2"


class Argon2id:
    """Two passes over 19 MiB in one lane (OWASP Password Storage Cheat Sheet)."""

    passes = 2
    kib = 19 * 1024

    @classmethod
    def begins(cls) -> str:
        """How hashes of this strength begin, which others do not."""
        return f"{_ALGORITHM}$argon2id$v=19$m={cls.kib},t={cls.passes},p=1$"


def hashed(password: str | None) -> str:
    """What to keep of a password; None gives a hash that no password matches."""
    return UNUSABLE if password is None else hashed_each([password])[0]


def hashed_each(words: Iterable[str]) -> list[str]:
    """What to keep of each of some words."""
    return hashing.aside(lambda seat: [_hashed(seat, word) for word in words])


def check(password: str, kept: str) -> tuple[bool, bool]:
    """Whether `password` is right, and whether its hash should be made anew.

    Costs one Argon2id whatever `kept` is, so that the time tells nothing.
    """
    return hashing.aside(lambda seat: _checked(seat, password, kept))


def refuse_known(password: str, email: str) -> None:
    """Unprocessable for a password that guessers try first, for the account of an address."""
    leaked = settings.get().leaked_passwords
    refuse_weak(password, email, lambda wanted: known_passwords.is_known(wanted, leaked))


def _hashed(seat: Seat, word: str) -> str:
    return _ALGORITHM + seat.hashed(word, Argon2id.passes, Argon2id.kib)


def _checked(seat: Seat, password: str, kept: str) -> tuple[bool, bool]:
    algorithm, found, hash_ = kept.partition("$")
    if algorithm != _ALGORITHM:
        _hashed(seat, password)
        return False, False
    return seat.is_right(password, found + hash_), not kept.startswith(Argon2id.begins())
