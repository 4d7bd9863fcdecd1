"""The whole of Matinee behind one WSGI app, its documents, and an owner who asks it things."""

import importlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any
from uuid import UUID

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from flask import Flask
from hypothesis import strategies as st
from schemathesis import AuthContext, Case, HookContext
from schemathesis.config import SchemathesisConfig
from werkzeug.test import Client, TestResponse

from matinee.catalog.actions import titles as catalog
from matinee.contracts.catalog import TitleDraft
from matinee.contracts.identity import ProfileDraft
from matinee.identity.actions import account_create
from matinee.identity.models import Profile
from matinee.kernel import clock, ids
from matinee.kernel.http.callers import access_tokens
from matinee.kernel.tokens import Caller
from matinee.run import services
from tests.tidy import house

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


@st.composite
def _archives(draw: st.DrawFn) -> bytes:
    """Some files in a ZIP, of which one may be a sheet; or what only says that it is a ZIP."""
    names = st.sampled_from(["titles.csv", "titles.json", "poster.jpg"]) | st.text(max_size=8)
    files = draw(st.dictionaries(names, st.binary(max_size=64), max_size=3))
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return draw(st.just(told.getvalue()) | st.binary(max_size=64))


# A report of a player is a text; sheets come as they are, or with their pictures in an archive.
schemathesis.serializer.alias("application/cmcd", "text/plain")
schemathesis.openapi.media_type("application/zip", _archives())
# How often each operation is asked; `bin/check --full` asks 200 times, and at every boundary.
EXAMPLES = int(os.environ.get("EXAMPLES", "4"))
_FEW = 10
_IS_FULL = EXAMPLES > _FEW
# What is there to be found, by the name of the parameter that asks for it.
known: dict[str, str] = {}
_token: list[str] = []
_LATER = "later"


def flask_app(service: str) -> Flask:
    """The Flask app of a service."""
    app: Flask = importlib.import_module(f"matinee.{service}.api").app
    return app


@lru_cache(maxsize=1)
def whole() -> WsgiApp:
    """Every service in one app, as the web process mounts them."""
    records: WsgiApp = WSGIHandler()
    decisions = {service: flask_app(service).wsgi_app for service in services.FLASK}

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        service = environ["PATH_INFO"].partition("/api/")[2].partition("/")[0]
        return decisions.get(service, records)(environ, start_response)

    return app


def documents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each service with an HTTP edge, and its document."""
    for path in sorted((house.ROOT / "api").glob("*.json")):
        yield path.stem, json.loads(path.read_text())


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every operation."""
    for _, document in documents():
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                yield method.upper(), path, operation


def schemas() -> dict[str, Any]:
    """Service -> what schemathesis asks it by."""
    found = {}
    for service, document in documents():
        schema = schemathesis.openapi.from_dict(document, config=_config())
        schema.app = _late
        schema.auth()(_Bearer)
        schema.hook(map_path_parameters)
        found[service] = schema
    return found


def _late(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    return whole()(environ, start_response)


def _config() -> SchemathesisConfig:
    # A body may be what the document says and yet be wrong: two ends in the wrong order.
    refused = ["2xx", "3xx", "400", "401", "402", "403", "404", "409", "410", "422", "429", "503"]
    return SchemathesisConfig.from_dict(
        {
            "generation": {
                "max-examples": EXAMPLES,
                "deterministic": not _IS_FULL,
                "database": "none",
            },
            "phases": {
                "coverage": {"enabled": _IS_FULL},
                "examples": {"enabled": _IS_FULL},
                "stateful": {"enabled": False},
            },
            "checks": {
                "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", "503"]},
                "positive_data_acceptance": {"expected-statuses": refused},
            },
        }
    )


@schemathesis.hook
def before_call(_context: HookContext, case: Case[Any], _options: dict[str, Any]) -> None:
    """What was made while tests were collected, before there was an owner, is signed in now.

    The library asks for answers that are compressed, and within a process does not unpack them.
    """
    case.headers["Accept-Encoding"] = "identity"
    if case.headers.get("Authorization") == f"Bearer {_LATER}":
        case.headers["Authorization"] = f"Bearer {_token[0]}"


class _Bearer:
    """Signs every case in as the owner, unless a check leaves that out."""

    def get(self, _case: Case[Any], _context: AuthContext) -> str:
        return _token[0] if _token else _LATER

    def set(self, case: Case[Any], data: str, _context: AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


def map_path_parameters(
    _context: HookContext, path_parameters: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Ask for what is there every other time; what is no id at all stays so."""
    return {
        name: known.get(name, value) if _is_odd_id(value) else value
        for name, value in (path_parameters or {}).items()
    } or path_parameters


def _is_odd_id(value: object) -> bool:
    try:
        return bool(UUID(str(value)).int % 2)
    except ValueError:
        return False


def token_of(**claims: Any) -> str:
    """An access token with these claims."""
    return access_tokens().issue(Caller(session_id=ids.uuid7(), **claims))[0]


def furnish() -> UUID:
    """Put in an owner with a profile and a title; the owner asks from now on."""
    account = account_create("owner@example.org", None, [ProfileDraft(name="Owner")], ["owner"])
    profile = Profile.objects.get(account_id=account.id)
    title = catalog.title_create(TitleDraft(kind="film", name="The Meadow"))
    known.update(
        profile_id=str(profile.id),
        account_id=str(account.id),
        title_id=str(title.id),
        id_or_slug="the-meadow",
        code="standard",
        gateway="simulator",
        kind="poster",
    )
    _token[:] = [
        token_of(
            account_id=account.id,
            profile_id=profile.id,
            maturity_age=18,
            roles=frozenset({"owner"}),
            authenticated_at=clock.now(),
        )
    ]
    return account.id


def filled(path: str) -> str:
    """A path of a document, asking for what is there, or for a thing that is not."""
    parts = [
        known.get(part[1:-1], str(ids.uuid7())) if part.startswith("{") else part
        for part in path.split("/")
    ]
    return "/".join(parts)


def whole_client() -> Client:
    """A browser without cookies that asks every service."""
    return Client(whole(), use_cookies=False)


def look(path: str, **headers: str) -> TestResponse:
    """Look at something as the owner, with whatever must be said to look at it."""
    sent = {"Authorization": f"Bearer {_token[0]}", "Matinee-Reason": "a test", **headers}
    return whole_client().get(filled(path), headers=sent)


def ask(method: str, path: str, body: dict[str, Any]) -> TestResponse:
    """Ask for something as the owner, from our own page."""
    headers = {"Authorization": f"Bearer {_token[0]}"}
    return whole_client().open(path, method=method, json=body, headers=headers)
