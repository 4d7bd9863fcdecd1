"""Writes of `playback`, one transaction each."""

from matinee.playback.actions.copies import (
    edge_forget,
    edge_keep,
    entitlement_keep,
    title_forget,
    title_keep,
)
from matinee.playback.actions.positions import (
    PastPlay,
    history_erase,
    plays_import,
    position_store,
    profile_forget,
)
from matinee.playback.actions.sessions import session_renew, session_start, session_stop

__all__ = [
    "PastPlay",
    "edge_forget",
    "edge_keep",
    "entitlement_keep",
    "history_erase",
    "plays_import",
    "position_store",
    "profile_forget",
    "session_renew",
    "session_start",
    "session_stop",
    "title_forget",
    "title_keep",
]
