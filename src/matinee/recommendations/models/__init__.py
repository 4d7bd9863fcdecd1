"""The tables of recommendations."""

from matinee.recommendations.models.catalogue import (
    KnownTitle,
    LabelsCopy,
    OfferedTitle,
    Programme,
    Revision,
)
from matinee.recommendations.models.experiments import ExperimentsCopy, Shown
from matinee.recommendations.models.learning import Fit, Policy, PublishingHold
from matinee.recommendations.models.telling import DeadLetter, Inbox, Outbox
from matinee.recommendations.models.viewers import (
    AccountPlan,
    Dismissal,
    Erasure,
    Impression,
    ListEntry,
    OwnTitle,
    Play,
    Thumb,
    Viewer,
)

__all__ = [
    "AccountPlan",
    "DeadLetter",
    "Dismissal",
    "Erasure",
    "ExperimentsCopy",
    "Fit",
    "Impression",
    "Inbox",
    "KnownTitle",
    "LabelsCopy",
    "ListEntry",
    "OfferedTitle",
    "Outbox",
    "OwnTitle",
    "Play",
    "Policy",
    "Programme",
    "PublishingHold",
    "Revision",
    "Shown",
    "Thumb",
    "Viewer",
]
