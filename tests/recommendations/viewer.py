"""Somebody in front of a home page."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from matinee.contracts.recommendations import HomePage
from matinee.kernel import clock
from matinee.kernel.http import flask_edge
from matinee.kernel.ids import uuid7
from matinee.kernel.tokens import Caller
from matinee.recommendations.api import app


class Viewer:
    """A profile in front of its home page."""

    def __init__(self, profile_id: UUID | None = None) -> None:
        self.profile_id = profile_id or uuid7()
        self._client: FlaskClient = app.test_client()

    @property
    def _headers(self) -> dict[str, str]:
        caller = Caller(uuid7(), uuid7(), self.profile_id, 18)
        token, _ = flask_edge.access_tokens().issue(caller)
        return {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> bytes:
        answer = self._client.get(f"/api/recommendations{path}", headers=self._headers)
        assert answer.status_code == 200, answer.text
        return bytes(answer.data)

    def page(self) -> HomePage:
        return HomePage.model_validate_json(self.get("/home"))

    def report(self, page: HomePage, **more: Any) -> None:
        """Tell that the whole page was seen."""
        seen = [
            {"title_id": str(card.id), "slot": "card", "row": row.id, "place": place, "ago_s": 0.0}
            for row in page.rows
            for place, card in enumerate(row.cards)
        ]
        assert page.hero is not None
        seen.append({"title_id": str(page.hero.card.id), "slot": "hero", "ago_s": 0.0})
        body = {"seen": seen, "picks": [row.picks for row in page.rows]}
        body |= {"hero_pick": page.hero.pick, **more}
        answer = self._client.post(
            "/api/recommendations/impressions", json=body, headers=self._headers
        )
        assert answer.status_code == 204, answer.text


def pictures_of(page: HomePage) -> dict[UUID, set[str | None]]:
    """The posters of each title on a page."""
    found: dict[UUID, set[str | None]] = {}
    cards = [card for row in page.rows for card in row.cards]
    for card in cards if page.hero is None else [*cards, page.hero.card]:
        found.setdefault(card.id, set()).add(card.artwork.poster)
    return found


def pictures_on(day: int, viewer: Viewer) -> dict[UUID, set[str | None]]:
    """The posters that a viewer sees so many days from now."""
    with clock.shifted(timedelta(days=day)):
        return pictures_of(viewer.page())
