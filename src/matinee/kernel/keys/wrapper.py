"""What wraps data keys: one small interface, whose contract is a suite of tests."""

import logging
from typing import NamedTuple, Protocol
from uuid import UUID

from matinee.kernel.problems import Unavailable

log = logging.getLogger(__name__)


class Wrapped(NamedTuple):
    """A wrapped data key, and the name of the key-encryption key that it was wrapped with."""

    text: bytes
    name: str


class Wrapper(Protocol):
    """Wraps data keys of 32 bytes, each bound to the account that it is of.

    All raise Unavailable where key-encryption keys are not to be had; `unwrap` also where the
    wrapped key was damaged or is another account's.
    """

    def begin(self) -> None:
        """Make the first key-encryption key, if there is none; asked while no data key exists."""

    def wrap(self, key: bytes, owner: UUID) -> Wrapped:
        """Wrap with the newest key-encryption key."""

    def unwrap(self, wrapped: Wrapped, owner: UUID) -> bytes:
        """Unwrap, whichever key-encryption key it was wrapped with."""

    def newest(self) -> str:
        """The name of the key-encryption key that wraps now."""

    def rotate(self) -> str:
        """Make another, which wraps from now on; returns its name."""

    def retire(self) -> None:
        """Destroy all but the newest; asked once nothing is wrapped with them."""


def unreadable(why: str) -> Unavailable:
    """What a caller is told; the operator finds `why` in the log."""
    log.error("personal fields cannot be read: %s", why)
    detail = "This does not work just now. The operator has to look at it."
    return Unavailable("keys_unreadable", detail, retry_after_s=60)
