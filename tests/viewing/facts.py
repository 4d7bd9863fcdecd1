"""Facts as `playback`, `identity` and `catalog` tell them, for the tests of viewing."""

from datetime import datetime
from typing import Any
from uuid import UUID

import matinee.viewing.events  # noqa: F401 - registers what viewing hears
from matinee.contracts.events import PlaybackProgressed, ProfileRemoved
from matinee.kernel import clock, ids
from matinee.kernel.events import Event
from matinee.kernel.events.hearing import hear


def tell(*events: Event) -> None:
    """Let viewing hear of facts, in this order."""
    for event in events:
        hear("viewing", event.type, event.model_dump(mode="json"))


def progress(
    profile_id: UUID, title_id: UUID, at: datetime | None = None, **told: Any
) -> PlaybackProgressed:
    """Somebody is further in a title."""
    facts = {"position_s": 12.5, "duration_s": 30.0, "watched_s": 12.5, "finished": False, **told}
    return PlaybackProgressed(
        session_id=ids.uuid7(),
        account_id=ids.uuid7(),
        profile_id=profile_id,
        title_id=title_id,
        maturity_age=0,
        occurred_at=at or clock.now(),
        **facts,
    )


def removal(profile_id: UUID) -> ProfileRemoved:
    """A profile is gone."""
    return ProfileRemoved(account_id=ids.uuid7(), profile_id=profile_id)
