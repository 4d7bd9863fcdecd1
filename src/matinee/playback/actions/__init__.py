"""Writes of `playback`, one transaction each."""

from matinee.playback.actions.copies import (
    classes_keep,
    edge_forget,
    edge_keep,
    entitlement_keep,
    experiments_keep,
    grant_keep,
    plan_keep,
    title_forget,
    title_keep,
)
from matinee.playback.actions.keys import key_of_package, key_of_title, licence_give
from matinee.playback.actions.positions import (
    PastPlay,
    history_erase,
    plays_import,
    position_store,
    profile_forget,
)
from matinee.playback.actions.sessions import (
    plays_end,
    session_renew,
    session_start,
    session_stop,
    session_warm,
)

__all__ = [
    "PastPlay",
    "classes_keep",
    "edge_forget",
    "edge_keep",
    "entitlement_keep",
    "experiments_keep",
    "grant_keep",
    "history_erase",
    "key_of_package",
    "key_of_title",
    "licence_give",
    "plan_keep",
    "plays_end",
    "plays_import",
    "position_store",
    "profile_forget",
    "session_renew",
    "session_start",
    "session_stop",
    "session_warm",
    "title_forget",
    "title_keep",
]
