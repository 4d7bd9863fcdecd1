"""Speaks tus to the catalogue, also as clients do that go away."""

import base64
import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from matinee.kernel import settings as kernel_settings
from matinee.kernel import storage
from tests.catalog.conftest import Asker

OWNER = Asker(roles=("owner",))
VERSION = {"Tus-Resumable": "1.0.0"}
CHUNK = "application/offset+octet-stream"
# The start of a Matroska file; what follows need not be one.
FILM_START = b"\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x23\x42\x86\x81\x01"


def film(size_bytes: int) -> bytes:
    """Bytes that begin like a film and differ everywhere."""
    digest = hashlib.shake_256(str(size_bytes).encode()).digest(size_bytes)
    return (FILM_START + digest)[:size_bytes]


def encoded(**pairs: str) -> str:
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())


def begin(title_id: UUID | str, size_bytes: int | str, name: str = "film.mkv") -> HttpResponse:
    headers = {
        "Upload-Length": str(size_bytes),
        "Upload-Metadata": encoded(title_id=str(title_id), filename=name),
    }
    return OWNER.send("POST", "uploads", {**VERSION, **headers})


@dataclass(frozen=True)
class TusUpload:
    """An upload that was begun."""

    id: UUID

    @property
    def path(self) -> str:
        return f"uploads/{self.id}"

    def head(self) -> HttpResponse:
        return OWNER.send("HEAD", self.path, VERSION)

    def offset(self) -> int:
        answer = self.head()
        assert answer.status_code == 200, answer.content
        return int(answer["Upload-Offset"])

    def patch(self, offset: int, content: bytes, **headers: str) -> HttpResponse:
        known = {**VERSION, "Upload-Offset": str(offset), "Content-Type": CHUNK, **headers}
        return OWNER.send("PATCH", self.path, known, content)

    def patch_cut(self, offset: int, content: bytes, arrives: int, **headers: str) -> int:
        """A chunk whose connection is cut after some bytes; the status that nobody reads."""
        return patch_from(self, offset, CutBody(content[:arrives]), len(content), **headers)

    def delete(self) -> HttpResponse:
        return OWNER.send("DELETE", self.path, VERSION)


class CutBody(io.BytesIO):
    """A request body that ends early without an error, as the web server gives it."""


class BrokenBody(io.BytesIO):
    """A request body that ends early with an error, as other web servers give it."""

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        if not found:
            msg = "the peer is gone"
            raise ConnectionResetError(msg)
        return found


def patch_from(
    upload: TusUpload, offset: int, body: io.BytesIO, announced: int, **headers: str
) -> int:
    """A chunk with a body that does as it likes."""
    environ: dict[str, Any] = {
        "wsgi.input": body,
        "CONTENT_LENGTH": str(announced),
        "CONTENT_TYPE": CHUNK,
    }
    sent = {**OWNER.headers(), **VERSION, "Upload-Offset": str(offset), **headers}
    answer = Client().generic("PATCH", f"/api/catalog/{upload.path}", headers=sent, **environ)
    return answer.status_code


def begun(title_id: UUID, size_bytes: int, name: str = "film.mkv") -> TusUpload:
    answer = begin(title_id, size_bytes, name)
    assert answer.status_code == 201, answer.content
    return TusUpload(UUID(json.loads(answer.content)["id"]))


def checksum(content: bytes, algorithm: str = "sha256") -> dict[str, str]:
    digest = hashlib.new(algorithm, content).digest()
    return {"Upload-Checksum": f"{algorithm} {base64.b64encode(digest).decode()}"}


def stored(upload_id: UUID, name: str = "film.mkv") -> bytes:
    """What lies in the media store of an upload."""
    store = storage.open_storage(kernel_settings.get())
    path = store.local_path(f"sources/{upload_id}/{name}")
    assert path is not None
    return path.read_bytes()
