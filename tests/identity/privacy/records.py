"""A person with records in every service, and how tests look at them."""

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections

from matinee.contracts import privacy as messages
from matinee.contracts.events import PlaybackProgressed
from matinee.identity import actions
from matinee.kernel import ids
from matinee.kernel.clients import Client
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.run import questions
from tests.identity.conftest import Visitor
from tests.identity.told import tell_all

EMAIL, NAME = "countess.lovelace@example.org", "Augusta-Ada"


Committed = Callable[..., Any]


def reached() -> Client:
    """A request within this process would close connections that a test has transactions on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    return questions.client()


def watched(account_id: UUID, profile_id: UUID, count: int) -> None:
    for _ in range(count):
        with transaction_of("playback"):
            announce(
                "playback",
                PlaybackProgressed(
                    session_id=ids.uuid7(),
                    account_id=account_id,
                    profile_id=profile_id,
                    title_id=ids.uuid7(),
                    position_s=60.0,
                    duration_s=600.0,
                    watched_s=60.0,
                    finished=False,
                    maturity_age=6,
                ),
            )
    tell_all()


def exported(visitor: Visitor, committed: Committed) -> zipfile.ZipFile:
    with committed(using="identity", execute=False):
        asked = visitor.send("POST", "privacy/exports", {})
    assert asked.status_code == 202, asked.content
    export = messages.Export.model_validate_json(asked.content)
    assert export.state == "waiting"
    assert actions.export_make(export.id)
    answer = visitor.send("GET", f"privacy/exports/{export.id}/archive")
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


def erase(visitor: Visitor, committed: Committed, email: str = EMAIL) -> Any:
    with committed(using="identity", execute=True):
        return visitor.send("POST", "privacy/erasure", {"confirm_email": email})


def look(visitor: Visitor, begun: messages.Erasure) -> messages.Erasure:
    wish = {"id": str(begun.id), "secret": begun.secret}
    answer = visitor.send("POST", "privacy/erasures/look", wish)
    assert answer.status_code == 200, answer.content
    return messages.Erasure.model_validate_json(answer.content)


def profiles_of(account_id: UUID) -> list[UUID]:
    profiles = apps.get_model("identity", "Profile")._default_manager
    return list(profiles.filter(account_id=account_id).values_list("pk", flat=True))


def tables() -> Iterator[tuple[str, str]]:
    """Every row of every table of every service as text."""
    for model in apps.get_models():
        table = model._meta.db_table
        with connections[model._meta.app_label].cursor() as cursor:
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - our own tables' names
            yield table, "\n".join(row for (row,) in cursor.fetchall())


def dump() -> str:
    """Bytes are shown in hexadecimal, so they are looked at as what they say."""
    text = "\n".join(rows for _, rows in tables())
    return text + bytes.fromhex("".join(hexadecimals(text))).decode("latin-1")


def hexadecimals(text: str) -> Iterator[str]:
    for part in text.split("\\x")[1:]:
        digits = part[: len(part) - len(part.lstrip("0123456789abcdef"))]
        yield digits[: len(digits) // 2 * 2]
