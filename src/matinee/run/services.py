"""The list of services, and what each is made of."""

import importlib
import importlib.util

# Those with an HTTP edge, by the framework that serves it.
DJANGO = ("identity", "billing", "catalog", "viewing")
FLASK = ("recommendations", "delivery", "playback", "insights")
WORKERS_ONLY = ("encoding",)
ALL = (*DJANGO, *FLASK, *WORKERS_ONLY)


def load_edges_of_work() -> None:
    """Import every service's `events` and `tasks`, which registers all handlers and tasks."""
    for service in ALL:
        for part in ("events", "tasks"):
            name = f"matinee.{service}.{part}"
            if importlib.util.find_spec(name) is not None:
                importlib.import_module(name)
