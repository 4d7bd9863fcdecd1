"""Asking `recommendations` what it is about to show; `run` says how it is reached."""

import logging
from collections.abc import Callable, Mapping
from uuid import UUID

from matinee.contracts.recommendations import ShownNext
from matinee.kernel import settings
from matinee.kernel.clients import Client
from matinee.kernel.problems import Problem
from matinee.kernel.tokens import ServiceTokens

log = logging.getLogger(__name__)
_PATH = "/api/recommendations/shown-next"


class _Way:
    """How this process reaches the service."""

    open: Callable[[], Client] | None = None


def reach_recommendations(opened: Callable[[], Client]) -> None:
    """Say how the service is reached."""
    _Way.open = opened


def shown_next() -> Mapping[UUID, float]:
    """The share of attention that titles are about to get; nothing while nobody answers.

    Placement goes on without it: it is a hint about what history does not know of yet.
    """
    if _Way.open is None:
        return {}
    token = ServiceTokens(settings.get().secrets).issue("delivery", to="recommendations")
    try:
        with _Way.open() as client:
            signed = {"Authorization": f"Bearer {token}"}
            return client.ask(ShownNext, "GET", _PATH, headers=signed).shares
    except Problem as problem:
        log.warning("recommendations do not say what they are about to show: %s", problem)
        return {}
