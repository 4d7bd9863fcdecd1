"""What letters about an account say; pure text.

A code stands behind the `#` of an address: browsers send that part to nobody, so that it
comes into no log on its way.
"""

from typing import Literal, NamedTuple

from matinee.identity.rules.codes import MINUTES_MAX

Notice = Literal[
    "password_changed",
    "email_changed",
    "factor_added",
    "factor_removed",
    "recovery_code_used",
    "provider_linked",
]


class Letter(NamedTuple):
    """One letter."""

    subject: str
    text: str


_CODE_ENDS = f"The link works once, for {MINUTES_MAX} minutes."
_NOT_ASKED = "If you did not ask for this, leave this letter alone: nothing changes."
_NOTICES: dict[Notice, tuple[str, str]] = {
    "password_changed": ("Your password was changed", "The password of your account was changed."),
    "email_changed": (
        "Your address was changed",
        "Your account has another e-mail address now. Letters go there from now on.",
    ),
    "factor_added": (
        "A new way to prove that it is you",
        "An authenticator app or a passkey was added to your account.",
    ),
    "factor_removed": (
        "A way to prove that it is you was removed",
        "An authenticator app or a passkey was removed from your account.",
    ),
    "recovery_code_used": (
        "A recovery code was used",
        "Somebody signed in to your account with one of its recovery codes.",
    ),
    "provider_linked": (
        "Another account can sign in to yours",
        "An account at another service was linked, and can sign in to your account.",
    ),
}


def sign_up(url: str, code: str) -> Letter:
    """To somebody who wants an account."""
    return Letter(
        "Finish making your account",
        f"Open this page to finish:\n\n{url}/sign-up/verify#code={code}\n\n"
        f"{_CODE_ENDS} If you did not want an account, leave this letter alone: none is made.\n",
    )


def have_account(url: str) -> Letter:
    """To somebody who wants an account and has one."""
    return Letter(
        "You have an account already",
        "Somebody wanted to make an account with this address. There is one already, and nothing "
        f"was changed.\n\nSign in: {url}/sign-in\nChoose a new password: {url}/forgot-password\n\n"
        "If that was not you, leave this letter alone.\n",
    )


def verify_email(url: str, code: str) -> Letter:
    """To the address of an account, to be shown that letters arrive."""
    return Letter(
        "Confirm your e-mail address",
        f"Open this page to confirm that this address is yours:\n\n{url}/verify-email#code={code}"
        f"\n\n{_CODE_ENDS} {_NOT_ASKED}\n",
    )


def address_taken(url: str) -> Letter:
    """To an address that somebody wants for an account, and that another one has."""
    return Letter(
        "This address belongs to another account",
        "Somebody wanted to use this address for an account. It belongs to another account, and "
        f"nothing was changed.\n\nSign in to that one: {url}/sign-in\n\n"
        "If that was not you, leave this letter alone.\n",
    )


def move_profile(url: str, code: str) -> Letter:
    """To somebody whose profile is to become an account of their own."""
    return Letter(
        "Take your profile with you",
        "Somebody you watch with offers you your profile, with its history and its list, as an "
        f"account of your own. Open this page to take it:\n\n{url}/move-profile#code={code}\n\n"
        f"{_CODE_ENDS} If you do not want it, leave this letter alone: nothing changes.\n",
    )


def reset_password(url: str, code: str) -> Letter:
    """To somebody who forgot their password."""
    return Letter(
        "Choose a new password",
        f"Open this page to choose a new password:\n\n{url}/reset-password#code={code}\n\n"
        f"{_CODE_ENDS} {_NOT_ASKED}\n",
    )


def notice(url: str, kind: Notice) -> Letter:
    """To an account's owner, of something that a thief would want to do unnoticed."""
    subject, what = _NOTICES[kind]
    return Letter(
        subject,
        f"{what}\n\nIf that was you, there is nothing to do. If not, choose a new password at "
        f"once, and sign out everywhere:\n{url}/forgot-password\n",
    )
