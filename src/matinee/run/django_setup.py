"""Django, set up for a process that is no web server, with all handlers and tasks known."""

import os

import django

from matinee.kernel import logs, settings
from matinee.run import services


def set_up(*parts: str) -> None:
    """Set up logs, records, handlers and tasks of every service; `parts` as services load them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matinee.run.django_settings")
    logs.set_up(settings.get())
    django.setup(set_prefix=False)
    services.load_edges_of_work(*parts)
