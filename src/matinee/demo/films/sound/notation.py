"""Owns the way tunes are written down: "D5 A4/2 -/3", notes with lengths in beats, "-" a rest."""


def tune(line: str) -> list[tuple[str, float, float]]:
    """The notes of a line as name, beat at which it begins, and length; rests are left out."""
    notes: list[tuple[str, float, float]] = []
    at = 0.0
    for word in line.split():
        name, _, long = word.partition("/")
        length = float(long or 1)
        if name != "-":
            notes.append((name, at, length))
        at += length
    return notes
