"""What is written to people when an alert fires, and when it is over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never

Kind = Literal["firing", "resolved", "trial"]
_MINUTE_S = 60
_HOUR_S = 3600
_PLACES = 4
# How a value of each unit is scaled, and what is written behind it.
_UNITS = {
    "share": (100.0, " %"),
    "seconds": (1.0, " s"),
    "hours": (1.0, " h"),
    "per_second": (1.0, " a second"),
    "per_hour": (1.0, " an hour"),
    "bits_per_second": (1e-6, " Mbit/s"),
}
_WHY = {
    "recovered": "The value came back and stayed.",
    "silent": "Nothing has been there to be measured for a while, so nobody can say.",
    "changed": "Somebody changed, paused or removed the alert.",
}


@dataclass(frozen=True)
class About:
    """What a letter is about: a rule as it was then, and the time that it fired, if it did."""

    kind: Kind
    name: str
    metric: str
    unit: str
    side: str
    limit: float
    window_s: int
    url: str
    since: datetime | None = None
    worst: float | None = None
    ending: str = ""


@dataclass(frozen=True)
class Letter:
    """A subject and a text."""

    subject: str
    text: str


def letter(about: About) -> Letter:
    """The letter, in a few lines: what is so, since when, what it is about, where to look."""
    limit = f"{about.side} {value_words(about.limit, about.unit)}"
    rule = f"{about.metric} of the last {time_words(about.window_s)}: {limit}."
    since = "" if about.since is None else f"Since {about.since:%Y-%m-%d %H:%M} UTC."
    worst = "" if about.worst is None else f"At worst {value_words(about.worst, about.unit)}."
    match about.kind:
        case "firing":
            subject, lines = f"Alert: {about.name}", [rule, since, worst]
        case "resolved":
            subject = f"Over: {about.name}"
            lines = [f"It was: {rule}", since, worst, _WHY.get(about.ending, "")]
        case "trial":
            subject = f"Trial: {about.name}"
            lines = ["This is a trial. You are written to when this is so:", rule]
        case _:
            assert_never(about.kind)
    told = "\n".join(line for line in lines if line)
    return Letter(subject, f"{told}\n\n{about.url}\n")


def value_words(value: float, unit: str) -> str:
    """A value as people read it, by its metric's unit."""
    scale, name = _UNITS.get(unit, (1.0, ""))
    return f"{_short(value * scale)}{name}"


def time_words(time_s: int) -> str:
    """A length of time of whole hours or minutes."""
    if time_s >= _HOUR_S:
        hours = time_s // _HOUR_S
        return "hour" if hours == 1 else f"{hours} hours"
    return f"{time_s // _MINUTE_S} minutes"


def _short(value: float) -> str:
    """At most four places behind the point, and none that say nothing."""
    return f"{value:.{_PLACES}f}".rstrip("0").rstrip(".")
