"""Rules of addresses, without I/O."""

import unicodedata


def normal_email(email: str) -> str:
    """The one spelling under which an address is kept and found."""
    return unicodedata.normalize("NFC", email.strip()).lower()
