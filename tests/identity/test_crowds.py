"""Several requests at once leave what one after the other would have left."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections

from matinee.contracts.identity import ProfileDraft
from matinee.identity import actions, rules
from matinee.identity.models import Account, Outbox, Profile
from matinee.kernel.problems import Conflict

pytestmark = pytest.mark.django_db(databases=["identity"], transaction=True)

CROWD = 6


def at_once(act: Callable[[int], object]) -> list[str]:
    """What came of doing something from many threads: `done`, or the code of the problem."""

    def one(number: int) -> str:
        try:
            act(number)
        except Conflict as conflict:
            return conflict.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(CROWD) as pool:
        return sorted(pool.map(one, range(CROWD)))


def test_an_address_is_taken_by_one_only() -> None:
    drafts = [ProfileDraft(name="Ada")]
    came = at_once(lambda _: actions.account_create("ada@example.org", None, drafts))
    assert came == ["done"] + ["email_taken"] * (CROWD - 1)
    assert (Account.objects.count(), Profile.objects.count()) == (1, 1)
    assert Outbox.objects.count() == 2


def test_there_are_five_profiles_at_most() -> None:
    account = actions.account_create("ada@example.org", None, [ProfileDraft(name="Ada")])
    came = at_once(lambda n: actions.profile_create(account.id, ProfileDraft(name=f"P{n}")))
    added = rules.PROFILES_MAX - 1
    assert came == ["done"] * added + ["too_many_profiles"] * (CROWD - added)
    assert Profile.objects.count() == rules.PROFILES_MAX


def test_one_profile_is_left() -> None:
    drafts = [ProfileDraft(name=name) for name in ("Ada", "Bo", "Cy")]
    account = actions.account_create("ada@example.org", None, drafts)
    profiles: list[UUID] = list(Profile.objects.values_list("pk", flat=True))
    with ThreadPoolExecutor(len(profiles)) as pool:
        came = list(pool.map(lambda profile: _remove(account.id, profile), profiles))
    assert sorted(came) == ["done", "done", "last_profile"]
    assert Profile.objects.count() == 1


def _remove(account_id: UUID, profile_id: UUID) -> str:
    try:
        actions.profile_remove(account_id, profile_id)
    except Conflict as conflict:
        return conflict.code
    finally:
        connections.close_all()
    return "done"
