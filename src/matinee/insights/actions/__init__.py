"""Writes of `insights`, one transaction each."""

from matinee.insights.actions.facts import facts_file
from matinee.insights.actions.folding import days_fold
from matinee.insights.actions.noting import money_note, rows_note, subscription_note
from matinee.insights.actions.plays import (
    events_take,
    history_forget,
    old_rows_forget,
    plays_note,
    profile_forget,
    report_take,
    title_name,
)
from matinee.insights.actions.searching import search_take

__all__ = [
    "days_fold",
    "events_take",
    "facts_file",
    "history_forget",
    "money_note",
    "old_rows_forget",
    "plays_note",
    "profile_forget",
    "report_take",
    "rows_note",
    "search_take",
    "subscription_note",
    "title_name",
]
