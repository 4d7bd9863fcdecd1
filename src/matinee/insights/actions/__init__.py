"""Writes of `insights`, one transaction each."""

from matinee.insights.actions.plays import (
    events_take,
    history_forget,
    old_rows_forget,
    play_note_progress,
    play_note_start,
    profile_forget,
    report_take,
    title_name,
)

__all__ = [
    "events_take",
    "history_forget",
    "old_rows_forget",
    "play_note_progress",
    "play_note_start",
    "profile_forget",
    "report_take",
    "title_name",
]
