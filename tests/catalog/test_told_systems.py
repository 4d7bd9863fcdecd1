"""The operator's own systems are told what becomes of titles, once for each thing."""

import json
from typing import Any

import pytest

from matinee.catalog.actions.webhooks import webhooks
from matinee.catalog.models import WebhookEndpoint, WebhookMessage
from matinee.kernel import ids
from tests.catalog.conftest import Asker, ready, step, tell

pytestmark = pytest.mark.django_db(databases=["catalog"])


@pytest.fixture(autouse=True)
def _listening() -> None:
    WebhookEndpoint._default_manager.create(url="https://example.org/hook", secret="whsec_")


def said() -> list[tuple[str, dict[str, Any]]]:
    rows = WebhookMessage._default_manager.order_by("pk")
    return [(row.kind, json.loads(row.body)["data"]) for row in rows]


def test_a_title_is_told_of_as_it_comes_and_goes(owner: Asker) -> None:
    title = owner.make("Storm", year=2001)
    assert not said(), "a draft is nobody else's business"
    tell(ready(title.id))
    owner.ask("PATCH", f"studio/titles/{title.id}", {"year": 2002})
    owner.ask("POST", f"studio/titles/{title.id}/withdraw")
    owner.ask("POST", f"studio/titles/{title.id}/publish")
    owner.ask("DELETE", f"studio/titles/{title.id}")
    told = said()
    assert [kind for kind, _ in told] == [
        "title.published",
        "title.withdrawn",
        "title.published",
        "title.removed",
    ]
    assert {data["title_id"] for _, data in told} == {str(title.id)}
    assert told[0][1]["url"].endswith("/title/storm")
    assert (told[0][1]["kind"], told[0][1]["name"]) == ("film", "Storm")


def test_an_encode_is_told_of_as_it_ends_and_once(owner: Asker) -> None:
    title, encode_id = owner.make("Storm"), ids.uuid7()
    wrong = step(title.id, encode_id, 3, stage="failed", error="The file is cut off.")
    tell(step(title.id, encode_id, 1), wrong, wrong, step(title.id, encode_id, 2))
    ((kind, data),) = said()
    assert (kind, data["error"]) == ("encode.failed", "The file is cut off.")
    assert data["encode_id"] == str(encode_id)
    second = ids.uuid7()
    tell(step(title.id, second, 1), step(title.id, second, 2, stage="done", fraction=1))
    assert [kind for kind, _ in said()] == ["encode.failed", "encode.done"]


def test_endpoints_are_kept_by_staff_of_the_catalogue(owner: Asker, viewer: Asker) -> None:
    body = {"url": "https://example.org/second", "kinds": ["title.published"]}
    assert viewer.ask("POST", "studio/webhooks", body).status_code == 403
    made = owner.ask("POST", "studio/webhooks", body)
    assert made.status_code == 201
    endpoint = json.loads(made.content)
    assert endpoint["secret"].startswith("whsec_")
    for verb in ("pause", "resume"):
        answer = owner.ask("POST", f"studio/webhooks/{endpoint['id']}/{verb}")
        assert answer.status_code == 204
    tell(ready(owner.make("Storm").id))
    log = json.loads(owner.ask("GET", f"studio/webhooks/{endpoint['id']}/deliveries").content)
    assert [row["kind"] for row in log] == ["title.published"]
    assert owner.ask("POST", f"studio/deliveries/{log[0]['id']}/replay").status_code == 204
    assert owner.ask("DELETE", f"studio/webhooks/{endpoint['id']}").status_code == 204
    assert [one.url for one in webhooks.endpoints()] == ["https://example.org/hook"]
