"""Asking `recommendations` what it is about to show."""

import logging
from collections.abc import Mapping
from uuid import UUID

from matinee.contracts.recommendations import ShownNext
from matinee.kernel import asking
from matinee.kernel.problems import Problem

log = logging.getLogger(__name__)
_PATH = "/api/recommendations/shown-next"


def shown_next() -> Mapping[UUID, float]:
    """The share of attention that titles are about to get; nothing while nobody answers.

    Placement goes on without it: it is a hint about what history does not know of yet.
    """
    if not asking.is_reached():
        return {}
    try:
        return asking.Questions("delivery").ask(ShownNext, "GET", _PATH).shares
    except Problem as problem:
        log.warning("recommendations do not say what they are about to show: %s", problem)
        return {}
