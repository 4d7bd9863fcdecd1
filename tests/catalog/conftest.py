"""People who ask the catalogue, and facts that `encoding` tells it."""

import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client
from pydantic import BaseModel

from matinee.catalog import settings
from matinee.contracts.catalog import Title, TitleDraft
from matinee.contracts.events import EncodeProgressed, RenditionInfo, RenditionReady
from matinee.contracts.playback import Storyboard, TrackInfo
from matinee.kernel import ids
from matinee.kernel import settings as kernel_settings
from matinee.kernel.events import Event
from matinee.kernel.events.hearing import hear
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.tokens import Caller


@dataclass(frozen=True)
class Asker:
    """Somebody with (or without) an access token."""

    roles: tuple[str, ...] = ()
    maturity_age: int = 18
    signed_in: bool = True

    def headers(self) -> dict[str, str]:
        if not self.signed_in:
            return {}
        who = Caller(
            account_id=ids.uuid7(),
            session_id=ids.uuid7(),
            profile_id=ids.uuid7(),
            maturity_age=self.maturity_age,
            roles=frozenset(self.roles),
        )
        return {"Authorization": f"Bearer {access_tokens().issue(who)[0]}"}

    def ask(
        self, method: str, path: str, body: BaseModel | dict[str, Any] | None = None
    ) -> HttpResponse:
        content = b""
        if isinstance(body, BaseModel):
            content = body.model_dump_json(exclude_unset=True).encode()
        elif body is not None:
            content = json.dumps(body).encode()
        return self.send(method, path, {"Content-Type": "application/json"}, content)

    def send(
        self, method: str, path: str, headers: dict[str, str] | None = None, content: bytes = b""
    ) -> HttpResponse:
        sent = {**self.headers(), **(headers or {})}
        kind = sent.pop("Content-Type", "application/octet-stream")
        answer = Client().generic(
            method,
            f"/api/catalog/{path}",
            content,
            headers=sent,
            # Named here, since the test client leaves them out of a request without a body.
            CONTENT_TYPE=kind,
            CONTENT_LENGTH=str(len(content)),
        )
        return cast("HttpResponse", answer)

    def make(self, name: str = "A Film", **fields: Any) -> Title:
        draft = TitleDraft(name=name, **fields)
        answer = self.ask("POST", "studio/titles", draft)
        assert answer.status_code == 201, answer.content
        return Title.model_validate_json(answer.content)

    def title(self, id_or_slug: UUID | str) -> Title:
        answer = self.ask("GET", f"titles/{id_or_slug}")
        assert answer.status_code == 200, answer.content
        return Title.model_validate_json(answer.content)


@pytest.fixture
def owner() -> Asker:
    return Asker(roles=("owner",))


@pytest.fixture
def viewer() -> Asker:
    return Asker()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A watched folder, and a media store of the test's own."""
    watched = tmp_path / "incoming"
    watched.mkdir()
    monkeypatch.setenv("MATINEE_MEDIA_URL", (tmp_path / "media").as_uri())
    monkeypatch.setenv("MATINEE_CATALOG_UPLOAD_FOLDER", str(tmp_path / "spool"))
    monkeypatch.setenv("MATINEE_CATALOG_WATCHED", f'["{watched.as_uri()}"]')
    monkeypatch.setenv("MATINEE_CATALOG_DISK_SPARE_BYTES", "0")
    forget_settings()
    yield watched
    monkeypatch.undo()
    forget_settings()


def forget_settings() -> None:
    """Let what the environment says now count."""
    settings.get.cache_clear()
    kernel_settings.get.cache_clear()


def code_of(answer: HttpResponse) -> str:
    return str(json.loads(answer.content)["code"])


def ready(title_id: UUID, **fields: Any) -> RenditionReady:
    """A package of a title that `encoding` has made."""
    encode_id = fields.pop("encode_id", None) or ids.uuid7()
    known: dict[str, Any] = {
        "package": f"packages/{encode_id}",
        "complete": True,
        "duration_s": 30.5,
        "renditions": [
            RenditionInfo(codec="h264", width=1280, height=720, frame_rate=24, bitrate_bps=3000000),
            RenditionInfo(codec="h264", width=640, height=360, frame_rate=24, bitrate_bps=800000),
        ],
        "audio": [TrackInfo(language="en", label="English")],
        "subtitles": [TrackInfo(language="de", label="Deutsch")],
        "storyboard": Storyboard(url="storyboard.vtt", interval_s=2),
        "stills": [],
    }
    return RenditionReady(encode_id=encode_id, title_id=title_id, **{**known, **fields})


def step(title_id: UUID, encode_id: UUID, revision: int, **fields: Any) -> EncodeProgressed:
    known: dict[str, Any] = {"stage": "encoding", "fraction": 0.5}
    return EncodeProgressed(
        encode_id=encode_id, title_id=title_id, revision=revision, **{**known, **fields}
    )


def tell(*events: Event) -> None:
    """Let the catalogue hear facts, as they come over the wire."""
    importlib.import_module("matinee.catalog.events")
    for event in events:
        hear("catalog", event.type, event.model_dump(mode="json"))


def announced(kind: str) -> list[dict[str, Any]]:
    """The bodies of the announcements of a kind, oldest first."""
    outbox = apps.get_model("catalog", "Outbox")._default_manager
    return [row.body for row in outbox.filter(type=kind).order_by("id")]


@pytest.fixture
def shown(owner: Asker) -> Title:
    """A title that viewers see."""
    title = owner.make("Northern", year=2020, description="A ship in the ice.", genres=["Drama"])
    tell(ready(title.id))
    return title
