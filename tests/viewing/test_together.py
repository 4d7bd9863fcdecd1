"""Progress that comes together is kept as if it had come one after the other."""

import random
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from matinee.contracts.events import PlaybackProgressed
from matinee.kernel import clock, ids
from matinee.kernel.events.hearing import hear_many
from matinee.viewing.models import RemovedTitle, ResumePoint, TitleErasure, Viewer
from tests.viewing.facts import progress, removal, tell

pytestmark = pytest.mark.django_db(databases=["viewing"])

TITLES = [UUID(int=number) for number in range(1, 5)]
POINT = ("viewer__profile_id", "title_id", "position_s", "finished", "watched_at", "event_id")


def told(chance: random.Random, viewers: list[UUID]) -> list[PlaybackProgressed]:
    began = clock.now() - timedelta(hours=1)
    return [
        progress(
            chance.choice(viewers),
            chance.choice(TITLES),
            began + timedelta(minutes=chance.randrange(50)),
            position_s=float(chance.randrange(30)),
            finished=chance.random() < 0.2,
        )
        for _ in range(60)
    ]


def wished(viewers: list[UUID]) -> None:
    """One viewer wants all forgotten, one a title; one is gone, and so is a title."""
    until = clock.now() - timedelta(minutes=30)
    tell(*(progress(viewer, TITLES[3], until) for viewer in viewers[:3]))
    Viewer.objects.filter(profile_id=viewers[0]).update(erased_until=until)
    other = Viewer.objects.get(profile_id=viewers[1])
    TitleErasure.objects.create(viewer=other, title_id=TITLES[0], until=until)
    tell(removal(viewers[2]))
    RemovedTitle.objects.create(title_id=TITLES[1], removed_at=until)


def after(told_by: Callable[[], None]) -> list[object]:
    """What is kept when something was told; then all is as before."""
    with transaction.atomic("viewing"):
        told_by()
        found = list(ResumePoint.objects.order_by(*POINT[:2]).values_list(*POINT))
        transaction.set_rollback(True, "viewing")
    return found


@pytest.mark.parametrize("seed", range(6))
def test_many_at_once_are_kept_as_one_by_one(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - what is told, not a secret
    viewers = [ids.uuid7() for _ in range(6)]
    wished(viewers)
    facts = told(chance, viewers)

    def together() -> None:
        for first in range(0, len(facts), 25):
            bodies = [fact.model_dump(mode="json") for fact in facts[first : first + 25]]
            assert hear_many("viewing", facts[0].type, bodies) == ()

    assert after(together) == after(lambda: tell(*facts)) != []
