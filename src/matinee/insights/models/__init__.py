"""Tables of `insights`."""

from matinee.insights.models.alerts import AlertEpisode, AlertLetter, AlertRule
from matinee.insights.models.experiments import (
    AdoptedSetting,
    Experiment,
    ExperimentBoard,
    ExperimentLook,
    Exposure,
    VariantTally,
)
from matinee.insights.models.facts import Alias, Part, Unlinking, Waiting
from matinee.insights.models.plays import (
    Erasure,
    ForgottenProfile,
    Measured,
    Play,
    Report,
    TitleName,
)
from matinee.insights.models.telling import DeadLetter, Inbox, Outbox
from matinee.insights.models.webhooks import WebhookDelivery, WebhookEndpoint, WebhookMessage

__all__ = [
    "AdoptedSetting",
    "AlertEpisode",
    "AlertLetter",
    "AlertRule",
    "Alias",
    "DeadLetter",
    "Erasure",
    "Experiment",
    "ExperimentBoard",
    "ExperimentLook",
    "Exposure",
    "ForgottenProfile",
    "Inbox",
    "Measured",
    "Outbox",
    "Part",
    "Play",
    "Report",
    "TitleName",
    "Unlinking",
    "VariantTally",
    "Waiting",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookMessage",
]
