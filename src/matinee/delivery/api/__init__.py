"""HTTP edge of `delivery`: for the people who run the service, and for agents."""

from matinee.delivery.api import agents, edges, media, overview
from matinee.delivery.api.app import app

__all__ = ["agents", "app", "edges", "media", "overview"]
