"""A profile is forgotten for good, also when it is removed while it plays."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connections

from matinee.contracts.events import ProfileRemoved
from matinee.kernel import clock, ids
from matinee.kernel.databases import transaction_of
from matinee.playback import actions
from matinee.playback.models import Outbox, Position
from matinee.playback.rules import Session
from tests.patience import PATIENCE_S, until

pytestmark = pytest.mark.django_db(databases=["playback"], transaction=True)


def session_of(profile_id: UUID) -> Session:
    return Session(
        id=ids.uuid7(),
        account_id=ids.uuid7(),
        profile_id=profile_id,
        title_id=ids.uuid7(),
        package="p",
        duration_s=100,
        maturity_age=0,
        position_s=5,
        beat_at_s=clock.unix_s(),
    )


def test_a_heartbeat_under_way_leaves_nothing_of_a_profile_removed_meanwhile() -> None:
    profile_id = ids.uuid7()
    stored, go_on = threading.Event(), threading.Event()

    def beat() -> None:
        with transaction_of("playback"):
            actions.position_store(session_of(profile_id), stopped=False)
            stored.set()
            go_on.wait(PATIENCE_S)

    beating = beside(beat)
    assert stored.wait(PATIENCE_S)
    event = ProfileRemoved(account_id=ids.uuid7(), profile_id=profile_id)
    removing = beside(lambda: actions.profile_forget(event))
    removing.join(0.3)
    assert removing.is_alive()  # it waits for the heartbeat, whose row it could not see yet
    go_on.set()
    beating.join(PATIENCE_S)
    removing.join(PATIENCE_S)
    assert not Position.objects.exists()
    actions.position_store(session_of(profile_id), stopped=False)
    assert not Position.objects.exists()


def test_a_heartbeat_that_waits_for_a_removal_sees_it() -> None:
    profile_id = ids.uuid7()
    removed, go_on = threading.Event(), threading.Event()

    def remove() -> None:
        with transaction_of("playback"):
            event = ProfileRemoved(account_id=ids.uuid7(), profile_id=profile_id)
            actions.profile_forget(event)
            removed.set()
            go_on.wait(PATIENCE_S)

    removing = beside(remove)
    assert removed.wait(PATIENCE_S)
    beating = beside(lambda: actions.position_store(session_of(profile_id), stopped=False))
    try:
        until(somebody_waits_for_a_lock)
    finally:
        go_on.set()
        for thread in (beating, removing):
            thread.join(PATIENCE_S)
    assert not Position.objects.exists()
    assert not Outbox.objects.exists(), "what is not kept is told to nobody"


def beside(work: Callable[[], object]) -> threading.Thread:
    """A started thread that works with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connections["playback"].close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def somebody_waits_for_a_lock() -> bool:
    waiting = """
    SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
    """
    with connections["playback"].cursor() as cursor:
        cursor.execute(waiting)
        return bool(cursor.fetchone()[0])
