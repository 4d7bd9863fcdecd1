"""What was chosen for a row, in a form that travels with the page and comes back with a report.

A row's picks are one text: who sent them can tell that they are its own, unchanged, and meant for
this profile, so that nobody can make a policy learn from a probability that never was. Whole rows
are written at once, since a page has hundreds of cards and a few milliseconds.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items

Context = npt.NDArray[np.uint8]
"""What a policy was told of each decision, one byte a feature, shape (n, c)."""
Entries = npt.NDArray[Any]
"""Picks as they are written, a record each, shape (n,)."""

# Version of the policy, day since the Unix epoch, and bytes of context a pick.
_HEAD = struct.Struct(">HHB")
_TAIL_BYTES, _MAC_BYTES = 4, 8
_STEPS = 65_535


@dataclass(frozen=True)
class Picks:
    """Choices for some titles: which arm, of those that `among` is a digest of, how probably.

    `tails` are the ends of the titles' ids, shape (n, 4); the others' first axis is the same.
    """

    tails: npt.NDArray[np.uint8]
    among: npt.NDArray[np.uint16]
    arms: Items
    propensities: npt.NDArray[np.float64]
    contexts: Context

    def entries(self) -> Entries:
        """As they are written."""
        written = np.empty(len(self.arms), dtype=_layout(self.contexts.shape[1]))
        written["tail"], written["among"], written["arm"] = self.tails, self.among, self.arms
        written["steps"] = np.maximum(np.rint(self.propensities * _STEPS), 1)
        written["context"] = self.contexts
        return written


@dataclass(frozen=True)
class Logged:
    """A pick as it came back."""

    policy: int
    day: int
    arm: int
    among: int
    propensity: float
    context: bytes


@dataclass(frozen=True)
class Sealer:
    """Writes the picks of one page: for whom, and on which day since the Unix epoch."""

    key: bytes
    profile_id: UUID
    day: int

    @property
    def seed(self) -> bytes:
        """What chance is drawn with: other profiles and other days have other luck."""
        return self.profile_id.bytes + self.day.to_bytes(4)

    def sealed(self, policy: int, entries: Entries) -> str:
        """The picks of one row, made by the policy of a version, as a text; empty for none."""
        if not len(entries):
            return ""
        width = entries.dtype["context"].shape[0]
        content = _HEAD.pack(policy, self.day, width) + entries.tobytes()
        mac = _mac(self.key, self.profile_id, content)
        return base64.urlsafe_b64encode(content + mac).decode().rstrip("=")


def opened(
    key: bytes, profile_id: UUID, texts: Sequence[str], title_ids: Iterable[UUID]
) -> Mapping[UUID, Logged]:
    """What was chosen for each of the titles; texts that are not the sender's own say nothing."""
    found: dict[bytes, Logged] = {}
    for text in texts:
        content = _genuine(key, profile_id, text)
        if content is not None:
            found.update(_picks(content))
    tails = {title_id: tail_of(title_id) for title_id in title_ids}
    return {title_id: found[tail] for title_id, tail in tails.items() if tail in found}


def tail_of(title_id: UUID) -> bytes:
    """What of an id tells it from the others of a row."""
    return title_id.bytes[-_TAIL_BYTES:]


def _layout(context_bytes: int) -> np.dtype[np.void]:
    return np.dtype(
        [
            ("tail", np.uint8, (_TAIL_BYTES,)),
            ("among", ">u2"),
            ("arm", np.uint8),
            ("steps", ">u2"),
            ("context", np.uint8, (context_bytes,)),
        ]
    )


def _genuine(key: bytes, profile_id: UUID, text: str) -> bytes | None:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    content, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    return content if hmac.compare_digest(mac, _mac(key, profile_id, content)) else None


def _picks(content: bytes) -> Iterable[tuple[bytes, Logged]]:
    policy, day, width = _HEAD.unpack_from(content)
    for one in np.frombuffer(content, dtype=_layout(width), offset=_HEAD.size):
        yield (
            one["tail"].tobytes(),
            Logged(
                policy=policy,
                day=day,
                arm=int(one["arm"]),
                among=int(one["among"]),
                propensity=int(one["steps"]) / _STEPS,
                context=one["context"].tobytes(),
            ),
        )


def _mac(key: bytes, profile_id: UUID, content: bytes) -> bytes:
    digest = hashlib.blake2b(profile_id.bytes + content, key=key, digest_size=_MAC_BYTES)
    return digest.digest()
