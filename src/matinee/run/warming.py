"""A web process before anybody asks it: what is loaded with the first request, loaded by now."""

import gc
import importlib
import logging
import sys
from collections import deque
from collections.abc import Sequence
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.db import Error, connections

from matinee.identity.hashing import SEATS
from matinee.kernel import databases
from matinee.kernel.clients import WsgiApp
from matinee.kernel.problems import Unavailable

log = logging.getLogger(__name__)

# A thread that waited for an engine goes on so soon beside one that computes. By default it waits
# five milliseconds, and a press of play waits for engines three times.
_TURN_S = 0.0005
# What whoever signs in is looked up in.
_AT_THE_DOOR = ("identity", "keys")


def warm(app: WsgiApp, chosen: Sequence[str]) -> None:
    """Ask each service for what needs no engine, read the catalogue, and let all of it stay.

    What stays is looked through by no later collection: that took 180 ms, of every thread.
    """
    for service in chosen:
        _ask(app, f"/api/{service}/livez")
    if "recommendations" in chosen:
        _know_titles()
    connections.close_all()
    if "identity" in chosen:
        _have_ready(_AT_THE_DOOR)
    sys.setswitchinterval(_TURN_S)
    gc.collect()
    gc.freeze()


def _ask(app: WsgiApp, path: str) -> None:
    environ: dict[str, Any] = {"PATH_INFO": path, "REQUEST_METHOD": "GET"}
    setup_testing_defaults(environ)
    deque(app(environ, lambda *_: None), maxlen=0)


def _have_ready(names: Sequence[str]) -> None:
    """Have connections for a crowd that signs in, which would open them all in its first second."""
    for name in names:
        try:
            databases.have_ready(name, SEATS)
        except Error as error:
            log.warning("connections are opened when they are wanted: %s", error)


def _know_titles() -> None:
    """Have the catalogue in memory, which takes seconds where there are thousands of titles."""
    knowledge = importlib.import_module("matinee.recommendations.queries.knowledge")
    try:
        knowledge.held.current()
    except (Error, Unavailable) as error:
        log.warning("the catalogue is read with the first page: %s", error)
