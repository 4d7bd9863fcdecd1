"""Facts of plays that come together are noted as if they had come one after the other."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from itertools import groupby
from uuid import UUID

import pytest
from django.db import transaction

from matinee.contracts.events import HistoryErased, ProfileRemoved
from matinee.insights.models import Alias, Play, Waiting
from matinee.kernel import clock, ids
from matinee.kernel.events import Event
from matinee.kernel.events.hearing import hear, hear_many
from tests.insights.test_insights import progressed, started

pytestmark = pytest.mark.django_db(databases=["insights"])

PLAY = ("id", "profile_id", "title_id", "started_at", "seen_at", "watched_s")
FILMS = [UUID(int=number) for number in range(1, 4)]


def told(chance: random.Random) -> list[Event]:
    """What six viewers did within an hour, two of whom wanted some of it forgotten."""
    viewers = [ids.uuid7() for _ in range(6)]
    began = clock.now() - timedelta(hours=1)
    facts: list[Event] = []
    for _ in range(12):
        at = began + timedelta(seconds=chance.randrange(1800))
        play = started(ids.uuid7(), chance.choice(viewers), chance.choice(FILMS), at)
        facts.append(play)
        facts += [
            progressed(play, watched_s, at + timedelta(seconds=watched_s))
            for watched_s in chance.sample(range(10, 900, 10), 3)
        ]
    until = began + timedelta(minutes=20)
    for viewer, title in ((viewers[0], None), (viewers[1], FILMS[0])):
        fact = HistoryErased(profile_id=viewer, title_id=title, until=until, occurred_at=until)
        facts.append(fact)
    facts.append(ProfileRemoved(account_id=ids.uuid7(), profile_id=viewers[2]))
    return facts


def mixed(chance: random.Random) -> list[Event]:
    """The same in no certain order; some of one type follow each other."""
    facts = told(chance)
    chance.shuffle(facts)
    return sorted(facts, key=lambda fact: (facts.index(fact) // 20, fact.type))


def noted() -> list[object]:
    """All plays as they are known, and what waits to be filed for whom."""
    names = {str(who): str(profile_id) for profile_id, who in Alias.objects.values_list()}
    facts = [json.loads(line) for row in Waiting.objects.all() for line in row.body.splitlines()]
    for fact in facts:
        fact["who"] = names.get(fact["who"], "whose alias ended") if fact["who"] else None
    assert len(facts) == sum(row.facts for row in Waiting.objects.all())
    plays = Play.objects.order_by("id").values_list(*PLAY)
    return [*plays, *sorted(facts, key=repr)]


def after(told_by: Callable[[], None]) -> list[object]:
    """What is noted when something was told; then all is as before."""
    with transaction.atomic("insights"):
        told_by()
        found = noted()
        transaction.set_rollback(True, "insights")
    return found


@pytest.mark.parametrize("seed", range(6))
def test_many_at_once_are_noted_as_one_by_one(seed: int) -> None:
    facts = mixed(random.Random(seed))  # noqa: S311 - an order, not a secret

    def one_by_one() -> None:
        for fact in facts:
            hear("insights", fact.type, fact.model_dump(mode="json"))

    def together() -> None:
        for event_type, some in groupby(facts, lambda fact: fact.type):
            bodies = [fact.model_dump(mode="json") for fact in some]
            assert hear_many("insights", event_type, [*bodies, bodies[0]]) == ()

    assert after(together) == after(one_by_one) != []
    assert noted() == []


def test_a_play_just_begun_is_noted_together_with_one_that_goes_on() -> None:
    play = started(ids.uuid7(), ids.uuid7(), FILMS[0], clock.now())
    facts = [progressed(play, watched_s, play.occurred_at) for watched_s in (0, 12.5)]
    other = started(ids.uuid7(), ids.uuid7(), FILMS[0], clock.now())
    facts.append(progressed(other, 0, other.occurred_at))
    bodies = [fact.model_dump(mode="json") for fact in facts]
    assert hear_many("insights", facts[0].type, bodies) == ()
    assert sorted(Play.objects.values_list("watched_s", flat=True)) == [0.0, 12.5]
