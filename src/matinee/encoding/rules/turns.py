"""In which order titles take their turns at the encoders."""

from matinee.contracts.encode_outlooks import EncodePriority

_TURNS: dict[EncodePriority, int] = {"first": 0, "usual": 1, "last": 2}
USUAL = _TURNS["usual"]


def turn_of(priority: EncodePriority) -> int:
    """The smaller, the sooner."""
    return _TURNS[priority]
