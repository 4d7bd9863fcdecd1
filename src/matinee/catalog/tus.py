"""The headers of the tus resumable upload protocol, version 1.0.0 (tus.io/protocols); no I/O."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matinee.kernel.problems import BadRequest, Problem

if TYPE_CHECKING:
    from hashlib import _Hash

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
CHECKSUMS = ("sha1", "sha256")
CHUNK_TYPE = "application/offset+octet-stream"
METADATA_LENGTH_MAX = 2000
# Nine digits short of what a bigint holds.
_DIGITS_MAX = 15


class WrongVersion(Problem):
    """The client speaks another version of the protocol."""

    status = 412
    title = "Other tus version"


class WrongChunkType(Problem):
    """The body is no chunk, or what it starts is no film."""

    status = 415
    title = "Unsupported media type"


class Locked(Problem):
    """Another request is writing to the upload."""

    status = 423
    title = "Locked"


class ChecksumMismatch(Problem):
    """The chunk is not what the client sent; it was thrown away."""

    status = 460
    title = "Checksum mismatch"


class NoSpace(Problem):
    """There is not enough room on the disk."""

    status = 507
    title = "Insufficient storage"


@dataclass(frozen=True)
class Checksum:
    """What a chunk must hash to."""

    algorithm: str
    digest: bytes

    def start(self) -> "_Hash":
        """An empty hash of this kind."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def whole_number(header: str, value: str | None) -> int:
    """The number in a header; BadRequest if there is none."""
    if value is None or not value.isascii() or not value.isdigit() or len(value) > _DIGITS_MAX:
        code = "bad_header"
        raise BadRequest(code, f"{header} must be a number of bytes.")
    return int(value)


def metadata(value: str | None) -> dict[str, str]:
    """The pairs of an Upload-Metadata header, decoded; BadRequest if it cannot be read."""
    pairs: dict[str, str] = {}
    if value is not None and len(value) > METADATA_LENGTH_MAX:
        code = "bad_header"
        raise BadRequest(code, f"Upload-Metadata may have {METADATA_LENGTH_MAX} characters.")
    for pair in (value or "").split(","):
        key, _, encoded = pair.strip().partition(" ")
        if not key:
            continue
        try:
            pairs[key] = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            code = "bad_header"
            detail = f"The value of {key!r} in Upload-Metadata must be Base64 of UTF-8 text."
            raise BadRequest(code, detail) from error
    return pairs


def checksum(value: str | None) -> Checksum | None:
    """What an Upload-Checksum header asks for; BadRequest if it cannot be read."""
    if value is None:
        return None
    algorithm, _, encoded = value.strip().partition(" ")
    if algorithm not in CHECKSUMS:
        code = "unknown_checksum"
        raise BadRequest(code, f"Upload-Checksum may use {' or '.join(CHECKSUMS)}.")
    try:
        digest = base64.b64decode(encoded.strip(), validate=True)
    except binascii.Error as error:
        code = "bad_header"
        raise BadRequest(code, "The digest in Upload-Checksum must be Base64.") from error
    return Checksum(algorithm, digest)
