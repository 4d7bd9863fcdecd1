"""Studio is for its staff, in every role and on every path."""

from collections.abc import Callable
from typing import Any

import pytest

from matinee.contracts.catalog import StudioTitle
from matinee.kernel import ids
from tests.catalog.conftest import Asker, code_of, ready, tell

pytestmark = pytest.mark.django_db(databases=["catalog"])
CountQueries = Callable[..., Any]


STUDIO = [
    ("GET", "studio/titles", None, 200),
    ("GET", "studio/titles/{id}", None, 200),
    ("POST", "studio/titles", {"name": "Another"}, 201),
    ("PATCH", "studio/titles/{id}", {"name": "Renamed"}, 200),
    ("POST", "studio/titles/{id}/withdraw", None, 200),
    ("POST", "studio/titles/{id}/publish", None, 200),
    ("POST", "studio/titles/{id}/encode", None, 409),
    ("POST", "studio/titles/{id}/encode/stop", None, 409),
    ("GET", "studio/titles/{id}/encode-report", None, 404),
    ("PUT", "studio/titles/{id}/artwork/poster", None, 400),
    ("DELETE", "studio/titles/{id}", None, 204),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), STUDIO)
def test_studio_is_for_its_staff(
    owner: Asker, method: str, path: str, body: dict[str, Any] | None, status: int
) -> None:
    for role in ("owner", "editor", "publisher"):
        title = owner.make("Film")
        tell(ready(title.id))
        answer = Asker(roles=(role,)).ask(method, path.format(id=title.id), body)
        assert answer.status_code == status, answer.content
    title = owner.make("Film")
    for role in ("support", "finance", "analyst"):
        answer = Asker(roles=(role,)).ask(method, path.format(id=title.id), body)
        assert (answer.status_code, code_of(answer)) == (403, "not_staff")
    assert Asker().ask(method, path.format(id=title.id), body).status_code == 403
    anonymous = Asker(signed_in=False)
    assert anonymous.ask(method, path.format(id=title.id), body).status_code == 401


def test_reading_needs_an_account() -> None:
    anonymous = Asker(signed_in=False)
    for path in ("titles/x", "titles?ids="):
        assert anonymous.ask("GET", path).status_code == 401


def test_an_unknown_title_is_said_so_everywhere(owner: Asker) -> None:
    for method, path, body, _ in STUDIO:
        if "{id}" in path and "artwork" not in path:
            answer = owner.ask(method, path.format(id=ids.uuid7()), body)
            assert (answer.status_code, code_of(answer)) == (404, "unknown_title"), path


def test_the_list_tells_how_far_films_are(owner: Asker) -> None:
    title = owner.make("Film")
    answer = owner.ask("GET", f"studio/titles/{title.id}")
    assert StudioTitle.model_validate_json(answer.content).progress is None
