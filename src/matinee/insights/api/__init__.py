"""HTTP edge of `insights`: for players, and for the people who run the service."""

from matinee.insights.api import alerts, experiments, figures, players, summary, webhooks
from matinee.insights.api.app import app

__all__ = ["alerts", "app", "experiments", "figures", "players", "summary", "webhooks"]
