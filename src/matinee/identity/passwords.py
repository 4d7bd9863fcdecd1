"""How passwords are kept: Argon2id, with the parameters that OWASP recommends."""

from django.contrib.auth.hashers import Argon2PasswordHasher, make_password, verify_password

from matinee.identity import hashing, known_passwords, settings
from matinee.identity.rules.passwords import refuse_weak

# What no password matches; checking against it costs as much as any other.
UNUSABLE = "!"


class Argon2id(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane (OWASP Password Storage Cheat Sheet)."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


def hashed(password: str | None) -> str:
    """What to keep of a password; None gives a hash that no password matches."""
    return UNUSABLE if password is None else hashing.aside(make_password, password)


def check(password: str, kept: str) -> tuple[bool, bool]:
    """Whether `password` is right, and whether its hash should be made anew.

    Costs one Argon2id whatever `kept` is, so that the time tells nothing.
    """
    return hashing.aside(verify_password, password, kept)


def refuse_known(password: str, email: str) -> None:
    """Unprocessable for a password that guessers try first, for the account of an address."""
    leaked = settings.get().leaked_passwords
    refuse_weak(password, email, lambda wanted: known_passwords.is_known(wanted, leaked))
