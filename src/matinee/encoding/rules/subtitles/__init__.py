"""Subtitles of any common format as cues, and cues as WebVTT; pure."""

from matinee.encoding.rules.subtitles.cues import Cue, tidied, webvtt
from matinee.encoding.rules.subtitles.reading import FILE_BYTES_MAX, Unreadable, read

__all__ = ["FILE_BYTES_MAX", "Cue", "Unreadable", "read", "tidied", "webvtt"]
