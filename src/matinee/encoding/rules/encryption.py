"""What a package is encrypted with, and what Shaka Packager is told of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

KEY_BYTES = IV_BYTES = 16
# Beside the playlist that names it: the edge passes it on to who knows whether the play is live.
OWN_KEY_URI = "key"
# Rounded up to a whole segment.
_CLEAR_LEAD_S = "1"
_FAIRPLAY = "skd://"
_URI = re.compile(r"[!#-+\--~]{1,2000}")
_PSSH_HEAD_BYTES = 8


@dataclass(frozen=True)
class TitleKey:
    """A title's content key and what players are told of where to get it.

    `pssh` holds whole `pssh` boxes (ISO/IEC 23001-7, section 8.1), one per DRM system; without
    any, players find the W3C common one, which Clear Key reads. `iv` is a constant one for all
    samples; where it is None each track gets a random one.
    """

    key_id: UUID
    key: bytes = field(repr=False)
    iv: bytes | None = None
    pssh: tuple[bytes, ...] = ()
    hls_key_uri: str | None = OWN_KEY_URI

    def __post_init__(self) -> None:
        """ValueError, without the value, for what Packager could misread."""
        if len(self.key) != KEY_BYTES or (self.iv is not None and len(self.iv) != IV_BYTES):
            msg = "a content key and its IV have 16 bytes each"
            raise ValueError(msg)
        if not all(map(_is_pssh, self.pssh)):
            msg = "what should be a pssh box is none"
            raise ValueError(msg)
        if self.hls_key_uri is not None and not _URI.fullmatch(self.hls_key_uri):
            msg = "the address of the HLS key has characters that no address has"
            raise ValueError(msg)


def secret_flags(key: TitleKey) -> str:
    """The flags that nobody may see, as lines of a flag file."""
    return (
        f"--enable_raw_key_encryption\n--keys=label=:key_id={key.key_id.hex}:key={key.key.hex()}\n"
    )


def arguments(key: TitleKey, flag_file: Path) -> list[str]:
    """The arguments that may stand in a process list; all tracks share the key.

    Scheme cbcs (ISO/IEC 23001-7, section 10.4) is the one that every DRM system takes. The first
    segment stays in the clear, so that a film's first frame does not wait for a licence.
    """
    flags = ["--flagfile", str(flag_file), "--protection_scheme", "cbcs"]
    flags += ["--clear_lead", _CLEAR_LEAD_S]
    if key.iv is not None:
        flags += ["--iv", key.iv.hex()]
    if key.pssh:
        flags += ["--pssh", b"".join(key.pssh).hex()]
    if key.hls_key_uri is not None:
        flags += ["--hls_key_uri", key.hls_key_uri]
        if key.hls_key_uri.startswith(_FAIRPLAY):
            flags += ["--protection_systems", "FairPlay"]
    return flags


def _is_pssh(box: bytes) -> bool:
    size = int.from_bytes(box[:4], "big")
    return size == len(box) > _PSSH_HEAD_BYTES and box[4:_PSSH_HEAD_BYTES] == b"pssh"


def joined_pssh(boxes: Sequence[bytes]) -> tuple[bytes, ...]:
    """The boxes in their order, each once: systems may share one."""
    return tuple(dict.fromkeys(boxes))
