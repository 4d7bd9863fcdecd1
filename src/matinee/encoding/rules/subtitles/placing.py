"""Where a cue stands, as WebVTT's cue settings: at the foot of the picture unless it says else."""

# WebVTT counts lines from the top for positive numbers.
_TOP, _MIDDLE = "line:0", "line:50%"


def of_numpad(place: int) -> str:
    """Settings for a place on the numeric keypad, as ASS counts them (2: foot, centred)."""
    row, column = divmod(place - 1, 3) if 1 <= place <= 9 else (0, 1)  # noqa: PLR2004
    return settings(row, column)


def settings(row: int, column: int) -> str:
    """Settings for a row (0: foot, 1: middle, 2: top) and a column (0: left, 1: centre, 2)."""
    across = ("align:left", "", "align:right")[column]
    return " ".join(filter(None, (("", _MIDDLE, _TOP)[row], across)))
