"""Genres, moods and keywords in several languages: said in Studio, read by viewers, told."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from matinee.contracts.catalog import Title
from matinee.contracts.catalog.labels import LabelUses
from matinee.kernel import ids
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.tokens import Caller
from tests.catalog.conftest import Asker, announced, code_of, ready, tell

pytestmark = pytest.mark.django_db(databases=["catalog"])
PATH = "studio/labels"


@dataclass(frozen=True)
class Reader(Asker):
    """A viewer whose profile has a language."""

    language: str = "de"

    def headers(self) -> dict[str, str]:
        who = Caller(ids.uuid7(), ids.uuid7(), ids.uuid7(), 18, language=self.language)
        return {"Authorization": f"Bearer {access_tokens().issue(who)[0]}"}


def name(who: Asker, label: str, kind: str = "genre", **names: str) -> Any:
    said = [{"language": tag, "name": one} for tag, one in names.items()]
    return who.ask("PUT", PATH, {"kind": kind, "label": label, "names": said})


def labels(who: Asker, kind: str = "genre") -> LabelUses:
    answer = who.ask("GET", f"{PATH}?kind={kind}")
    assert answer.status_code == 200, answer.content
    return LabelUses.model_validate_json(answer.content)


@pytest.fixture
def title(owner: Asker) -> Title:
    made = owner.make("Northern", genres=["Drama", "War"], moods=["tense"], keywords=["ice"])
    tell(ready(made.id))
    return made


def test_viewers_read_genres_and_moods_in_their_language(owner: Asker, title: Title) -> None:
    assert name(owner, "WAR", de="Krieg", fr="Guerre").status_code == 200
    assert name(owner, "tense", "mood", de="spannend").status_code == 200
    seen = Reader().title(title.id)
    assert (seen.genres, seen.moods) == (["Drama", "Krieg"], ["spannend"])
    assert Reader(language="fr-CA").title(title.id).genres == ["Drama", "Guerre"]
    assert Reader(language="pl").title(title.id).genres == ["Drama", "War"]
    cards = json.loads(Reader().ask("GET", f"titles?ids={title.id}").content)
    assert cards[0]["genres"] == ["Drama", "Krieg"]
    studio = json.loads(owner.ask("GET", f"studio/titles/{title.id}").content)
    assert studio["title"]["genres"] == ["Drama", "War"], "what is edited stays as it is written"


def test_labels_are_listed_with_how_many_have_them(owner: Asker, title: Title) -> None:
    assert title.genres == ["Drama", "War"]
    owner.make("Other", genres=["drama"])
    name(owner, "Noir", de="Schwarze Serie")
    found = {one.label: (one.titles, len(one.names)) for one in labels(owner).labels}
    assert found == {"Drama": (2, 0), "War": (1, 0), "Noir": (0, 1)}
    assert [one.label for one in labels(owner, "keyword").labels] == ["ice"]
    with CaptureQueriesContext(connections["catalog"]) as few:
        labels(owner)
    for number in range(5):
        owner.make(f"More {number}", genres=[f"Genre {number}"])
        name(owner, f"Genre {number}", de=f"Genre {number} auf Deutsch")
    with CaptureQueriesContext(connections["catalog"]) as many:
        labels(owner)
    assert len(few) == len(many)


def test_names_are_told_as_a_whole_and_taken_back(owner: Asker) -> None:
    name(owner, "Drama", de="Schauspiel")
    name(owner, "drama", de="Drama")
    (told,) = announced("labels.changed")[-1]["labels"]
    assert (told["label"], told["names"]) == ("drama", [{"language": "de", "name": "Drama"}])
    name(owner, "DRAMA")
    assert announced("labels.changed")[-1]["labels"] == []
    moments = [one["occurred_at"] for one in announced("labels.changed")]
    assert moments == sorted(set(moments))


def test_what_cannot_be_is_refused(owner: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = [{"language": tag, "name": "x"} for tag in ("de", "DE")]
    answer = owner.ask("PUT", PATH, {"kind": "genre", "label": "Drama", "names": twice})
    assert answer.status_code == 422
    assert owner.ask("GET", f"{PATH}?kind=colour").status_code == 422
    assert name(Asker(), "Drama", de="x").status_code == 403
    monkeypatch.setattr("matinee.catalog.actions.labels.LABELS_MAX", 1)
    name(owner, "Drama", de="Schauspiel")
    assert code_of(name(owner, "War", de="Krieg")) == "too_many_labels"
    assert name(owner, "Drama", de="Drama").status_code == 200
