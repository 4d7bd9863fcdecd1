"""The OpenAPI document of every service, the same from Django and from Flask, in a stable order."""

import importlib
import json
from pathlib import Path
from typing import Any

from matinee.kernel.http.problem_answers import complete
from matinee.run import services
from matinee.run.django_setup import set_up


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
