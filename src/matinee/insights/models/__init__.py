"""Tables of `insights`."""

from matinee.insights.models.plays import (
    Erasure,
    ForgottenProfile,
    Measured,
    Play,
    Report,
    TitleName,
)
from matinee.insights.models.telling import DeadLetter, Inbox, Outbox

__all__ = [
    "DeadLetter",
    "Erasure",
    "ForgottenProfile",
    "Inbox",
    "Measured",
    "Outbox",
    "Play",
    "Report",
    "TitleName",
]
