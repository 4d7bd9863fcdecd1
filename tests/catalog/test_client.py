"""The Python client that is generated from the services' documents: it imports, and it works."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from matinee.run import documents
from tests.catalog.conftest import Asker
from tests.tidy import house

HERE = "http://matinee.internal"
CONFIG = house.ROOT / "clients" / "python.yaml"
GENERATOR = Path(sys.executable).with_name("openapi-python-client")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What bin/client makes, of the operations on titles only: the others take as long again."""
    folder = tmp_path_factory.mktemp("client")
    whole = documents.whole()
    paths = whole["paths"].items()
    whole["paths"] = {path: one for path, one in paths if "/catalog/studio/titles" in path}
    whole["components"]["schemas"] = _used(whole)
    (folder / "whole.json").write_text(json.dumps(whole))
    options = ["--config", str(CONFIG), "--meta", "setup", "--fail-on-warning"]
    where = ["--path", str(folder / "whole.json"), "--output-path", str(folder / "made")]
    command = [str(GENERATOR), "generate", *where, *options]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    sys.path.insert(0, str(folder / "made"))
    yield folder / "made"
    sys.path.remove(str(folder / "made"))


def _used(whole: dict[str, Any]) -> dict[str, Any]:
    """The schemas that the paths name, and those that these name."""
    schemas = whole["components"]["schemas"]
    found: dict[str, Any] = {}
    todo = json.dumps(whole["paths"])
    while True:
        new = {name for name in schemas if f'schemas/{name}"' in todo} - set(found)
        if not new:
            return found
        found.update({name: schemas[name] for name in new})
        todo = json.dumps([schemas[name] for name in new])


@pytest.fixture
def asking() -> Iterator[httpx.Client]:
    """Asks the services in this process, within the transaction of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    transport = httpx.WSGITransport(app=WSGIHandler())
    with httpx.Client(transport=transport, base_url=HERE) as client:
        yield client
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db(databases=["catalog"])
def test_a_program_lists_and_changes_titles_with_it(
    package: Path, owner: Asker, asking: httpx.Client
) -> None:
    for name in ("Lantern", "Harbour"):
        owner.make(name, year=2020)
    made: Any = importlib.import_module("matinee_client")
    titles: Any = importlib.import_module("matinee_client.api.catalog.studio_titles")
    change: Any = importlib.import_module("matinee_client.api.catalog.title_change")
    models: Any = importlib.import_module("matinee_client.models")
    signed = owner.headers()
    asking.headers.update(signed)
    for signal in (request_started, request_finished):
        # Django's own client, by which the titles were made, has connected it again.
        signal.disconnect(close_old_connections)
    token = signed["Authorization"].removeprefix("Bearer ")
    client = made.AuthenticatedClient(HERE, token=token).set_httpx_client(asking)
    first, second = titles.sync(client=client).titles
    assert [first.title.name, second.title.name] == ["Harbour", "Lantern"]
    changed = change.sync(first.title.id, client=client, body=models.TitleChange(year=1999))
    assert (changed.name, changed.year) == ("Harbour", 1999)
    wrong = change.sync(first.title.id, client=client, body=models.TitleChange(year=1))
    assert (wrong.status, wrong.code) == (422, "invalid")
    assert (package / "setup.py").is_file()


def test_all_services_are_in_one_document_and_each_name_is_of_one_thing() -> None:
    whole = documents.whole()
    assert {path.split("/")[2] for path in whole["paths"] if path.startswith("/api/")} == set(
        documents.texts()
    )
    known = {f"#/components/schemas/{name}" for name in whole["components"]["schemas"]}
    named = set(_references(whole))
    assert named
    assert named <= known


def _references(told: Any) -> Iterator[str]:
    if isinstance(told, list):
        for one in told:
            yield from _references(one)
    elif isinstance(told, dict):
        if isinstance(told.get("$ref"), str):
            yield told["$ref"]
        for one in told.values():
            yield from _references(one)
