"""The OpenAPI document of every service, the same from Django and from Flask, in a stable order."""

import importlib
import importlib.metadata
import json
from pathlib import Path
from typing import Any

from matinee.kernel.http.problem_answers import PROBLEM_SCHEMA, complete
from matinee.kernel.problems import MEDIA_TYPE
from matinee.run import services
from matinee.run.django_setup import set_up

_SCHEMAS = "#/components/schemas/"


def write(folder: Path, *, check: bool = False) -> list[Path]:
    """Write `<service>.json` for each service with an HTTP edge; the paths that change by it."""
    changed = []
    for service, text in texts().items():
        path = folder / f"{service}.json"
        if path.exists() and path.read_text() == text:
            continue
        changed.append(path)
        if not check:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return changed


def texts() -> dict[str, str]:
    """Service -> its document as JSON."""
    set_up()
    every = (*services.DJANGO, *services.FLASK)
    return {
        service: json.dumps(document(service), indent=1, sort_keys=True) + "\n" for service in every
    }


def whole() -> dict[str, Any]:
    """One document of all services, from which a client is made: a tag for each service.

    A schema that two services define differently has the service's name before its own.
    """
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for service, text in texts().items():
        told = json.loads(text)
        own = told.get("components", {}).get("schemas", {})
        taken = {name for name, schema in own.items() if schemas.get(name, schema) != schema}
        renamed = _renamed(told, {name: f"{service.capitalize()}{name}" for name in taken})
        schemas.update(renamed.get("components", {}).get("schemas", {}))
        for path, operations in renamed["paths"].items():
            paths[path] = {verb: _told(one, service) for verb, one in operations.items()}
    security = {"bearer": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Matinee", "version": importlib.metadata.version("matinee")},
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Problem": PROBLEM_SCHEMA},
            "securitySchemes": security,
        },
    }


def _told(operation: dict[str, Any], service: str) -> dict[str, Any]:
    """An operation of a service, whose problems are all of one kind."""
    problem = {MEDIA_TYPE: {"schema": {"$ref": f"{_SCHEMAS}Problem"}}}
    answers = {
        status: {**one, "content": problem} if MEDIA_TYPE in one.get("content", ()) else one
        for status, one in operation["responses"].items()
    }
    return {**operation, "responses": answers, "tags": [service]}


def _renamed(told: Any, names: dict[str, str]) -> Any:
    """A document in which schemas have other names, wherever they are named."""
    if isinstance(told, list):
        return [_renamed(one, names) for one in told]
    if not isinstance(told, dict):
        return told
    renamed = {key: _renamed(value, names) for key, value in told.items()}
    if "allOf" in renamed:
        # Left out, it is what the service takes it for; a generator cannot write it down.
        renamed.pop("default", None)
    name = str(renamed.get("$ref", "")).removeprefix(_SCHEMAS)
    if name in names:
        renamed["$ref"] = f"{_SCHEMAS}{names[name]}"
    if isinstance(renamed.get("schemas"), dict):
        # A title is what the generator calls a class by, and says no more than its name.
        renamed["schemas"] = {
            names.get(key, key): {part: said for part, said in one.items() if part != "title"}
            for key, one in renamed["schemas"].items()
        }
    return renamed


def document(service: str) -> dict[str, Any]:
    """The document of one service; Django must be set up."""
    module = importlib.import_module(f"matinee.{service}.api")
    if service in services.FLASK:
        written = module.app.api_doc
    else:
        written = module.api.get_openapi_schema(path_prefix=f"/api/{service}/")
    plain: dict[str, Any] = json.loads(json.dumps(written, default=str))
    complete(plain)
    return plain
