"""The list of services, and what each is made of."""

import importlib
import importlib.util
import os
import pkgutil
from collections.abc import Iterable

from matinee import contracts

# Those with an HTTP edge, by the framework that serves it.
DJANGO = ("identity", "billing", "catalog", "viewing")
FLASK = ("recommendations", "delivery", "playback", "insights")
WORKERS_ONLY = ("encoding",)
WITH_API = (*DJANGO, *FLASK)
ALL = (*WITH_API, *WORKERS_ONLY)
# The services that a web process serves, with commas; none for all.
CHOSEN_VARIABLE = "MATINEE_WEB_SERVICES"
# What no service owns: the data keys, which a service's records may need as they are migrated.
DATABASES = ("keys", *ALL)


def chosen() -> tuple[str, ...]:
    """The services that this web process serves."""
    names = os.environ.get(CHOSEN_VARIABLE, "")
    return tuple(names.split(",")) if names else WITH_API


def load_facts() -> None:
    """Import every message, so that all facts that services of this release tell are known."""
    for module in pkgutil.walk_packages(contracts.__path__, f"{contracts.__name__}."):
        importlib.import_module(module.name)


def load_edges_of_work(*parts: str, of: Iterable[str] = ALL) -> None:
    """Import these services' `events` and `tasks`, or only one part; that registers them."""
    for service in of:
        for part in parts or ("events", "tasks"):
            name = f"matinee.{service}.{part}"
            if importlib.util.find_spec(name) is not None:
                importlib.import_module(name)
