"""HTTP edge of `insights`: for players, and for the people who run the service."""

from matinee.insights.api import players, summary
from matinee.insights.api.app import app

__all__ = ["app", "players", "summary"]
