"""The list of services, and what each is made of."""

import importlib
import importlib.util

# Those with an HTTP edge, by the framework that serves it.
DJANGO = ("identity", "billing", "catalog", "viewing")
FLASK = ("recommendations", "delivery", "playback", "insights")
WORKERS_ONLY = ("encoding",)
ALL = (*DJANGO, *FLASK, *WORKERS_ONLY)
# What no service owns: the data keys, which a service's records may need as they are migrated.
DATABASES = ("keys", *ALL)


def load_edges_of_work(*parts: str) -> None:
    """Import every service's `events` and `tasks`, or only one part; that registers them."""
    for service in ALL:
        for part in parts or ("events", "tasks"):
            name = f"matinee.{service}.{part}"
            if importlib.util.find_spec(name) is not None:
                importlib.import_module(name)
