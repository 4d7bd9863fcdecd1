"""What is told of many profiles together is kept as if it had been told one after the other."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

import pytest
from django.db import transaction

from matinee.contracts.events import HistoryErased, PlaybackStarted, ProfileRemoved
from matinee.kernel.events import Event
from matinee.kernel.events.hearing import hear_many
from matinee.kernel.ids import uuid7
from matinee.recommendations.models import Impression, Outbox, Play, Viewer
from matinee.recommendations.rules.impressions import day_of
from tests.recommendations import builders

pytestmark = pytest.mark.django_db(databases=["recommendations"])

SHOW, EPISODE = 90, 91
WATCHED = (0, 1, 2, EPISODE)
PLAY = ("profile_id", "title_id", "position_s", "finished", "watched_at", "finished_at")
SEEN = ("profile_id", "title_id", "slot", "taken_at")
WHERE = ("profile_id", "country", "country_as_of", "removed", "erased_until")


def at(minutes: int) -> datetime:
    return builders.NOW + timedelta(minutes=minutes)


def seen(profile_id: UUID, number: int, first_minute: int) -> Impression:
    first_at = at(first_minute)
    return Impression(
        profile_id=profile_id,
        title_id=builders.title_id(number),
        slot="card",
        day=day_of(first_at),
        row="for_you",
        line=0,
        place=number,
        first_at=first_at,
        last_at=first_at + timedelta(minutes=5),
        begun=False,
    )


def started(chance: random.Random, profile_id: UUID) -> PlaybackStarted:
    return PlaybackStarted(
        occurred_at=at(chance.randrange(60)),
        session_id=uuid7(),
        account_id=uuid7(),
        profile_id=profile_id,
        title_id=builders.title_id(0),
        country=chance.choice(["DE", "FR", ""]),
    )


def told(chance: random.Random, profiles: Sequence[UUID]) -> list[Event]:
    """What five profiles did, two of which wanted some of it forgotten; some of a type together."""
    facts: list[Event] = [started(chance, chance.choice(profiles)) for _ in range(20)]
    for _ in range(60):
        number, fraction = chance.choice(WATCHED), chance.choice([0.1, 0.5, 1.0])
        when = at(chance.randrange(60))
        facts.append(builders.progressed(chance.choice(profiles), number, fraction, when))
    for profile_id, title_id in ((profiles[0], None), (profiles[1], builders.title_id(1))):
        facts.append(
            HistoryErased(
                profile_id=profile_id, title_id=title_id, until=at(30), occurred_at=at(30)
            )
        )
    facts.append(ProfileRemoved(account_id=uuid7(), profile_id=profiles[2]))
    chance.shuffle(facts)
    return [
        fact
        for first in range(0, len(facts), 25)
        for fact in sorted(facts[first : first + 25], key=lambda one: one.type)
    ]


def kept() -> list[object]:
    """What is known of all, and what was told of it."""
    rows = [body["rows"] for body in Outbox.objects.order_by("id").values_list("body", flat=True)]
    return [
        *Play.objects.order_by(*PLAY).values_list(*PLAY),
        *Impression.objects.order_by(*SEEN).values_list(*SEEN),
        *Viewer.objects.order_by("pk").values_list(*WHERE),
        *rows,
    ]


def after(told_by: Callable[[], None]) -> list[object]:
    """What is kept when something was told; then all is as before."""
    with transaction.atomic("recommendations"):
        told_by()
        found = kept()
        transaction.set_rollback(True, "recommendations")
    return found


@pytest.mark.parametrize("seed", range(6))
def test_many_at_once_are_kept_as_one_by_one(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - what is told, not a secret
    profiles = [uuid7() for _ in range(5)]
    for one in builders.series(SHOW, [EPISODE]):
        builders.tell(builders.title_changed(one))
    shown = [(who, number) for who in profiles for number in (0, 1, 2, SHOW)]
    Impression.objects.bulk_create(
        seen(who, number, chance.randrange(-60, 60)) for who, number in shown
    )
    facts = told(chance, profiles)

    def one_by_one() -> None:
        for fact in facts:
            builders.tell(fact)

    def together() -> None:
        for event_type, some in groupby(facts, lambda fact: fact.type):
            bodies = [fact.model_dump(mode="json") for fact in some]
            assert hear_many("recommendations", event_type, bodies) == ()

    assert after(together) == after(one_by_one) != []


def test_a_profile_changes_once_for_all_that_is_told_together() -> None:
    profile_id, other = uuid7(), uuid7()
    facts = [builders.progressed(profile_id, number) for number in range(3)]
    facts.append(builders.progressed(other, 1))
    bodies = [fact.model_dump(mode="json") for fact in facts]
    hear_many("recommendations", facts[0].type, bodies)
    revisions = dict(Viewer.objects.values_list("profile_id", "revision"))
    assert revisions == {profile_id: 1, other: 1}
