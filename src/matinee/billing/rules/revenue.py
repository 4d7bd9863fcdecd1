"""Shares of what customers do."""


def share(part: int, whole: int) -> float | None:
    """A part of a whole from 0 to 1; None of nothing."""
    return part / whole if whole else None
