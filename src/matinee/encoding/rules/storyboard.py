"""Seek preview: which moments get a small picture, where it lies, and the WebVTT that says so."""

from dataclasses import dataclass

COLUMNS, ROWS = 10, 10
PICTURE_LONG_SIDE = 160
_LONG_FILM_S = 600.0
# Multiples of the ladder's keyframe distance, so that no other picture must be decoded.
_INTERVAL_SHORT_S, _INTERVAL_LONG_S = 2.0, 4.0


@dataclass(frozen=True)
class Layout:
    """Pictures every `interval_s`, `width` x `height` pixels each."""

    interval_s: float
    pictures: int
    width: int
    height: int

    @property
    def sheets(self) -> int:
        """How many sheets they fill."""
        return -(-self.pictures // (COLUMNS * ROWS))


def layout(size: tuple[int, int], duration_s: float, pictures: int | None = None) -> Layout:
    """The layout for a film of this displayed size; `pictures` where they are counted already."""
    interval_s = _INTERVAL_LONG_S if duration_s > _LONG_FILM_S else _INTERVAL_SHORT_S
    scale = PICTURE_LONG_SIDE / max(size)
    width, height = (max(2, 2 * round(side * scale / 2)) for side in size)
    expected = max(1, -(-int(duration_s * 1000) // int(interval_s * 1000)))
    return Layout(interval_s, pictures or expected, width, height)


def sheet_name(number: int) -> str:
    """The file of the sheet `number`, counted from 1."""
    return f"storyboard-{number}.jpg"


def webvtt(plan: Layout, duration_s: float) -> str:
    """Cues that point into the sheets with a media fragment (`#xywh=`)."""
    cues = ["WEBVTT\n"]
    for picture in range(plan.pictures):
        sheet, place = divmod(picture, COLUMNS * ROWS)
        row, column = divmod(place, COLUMNS)
        start_s = picture * plan.interval_s
        end_s = min(start_s + plan.interval_s, max(duration_s, start_s + 0.001))
        if picture == plan.pictures - 1:
            end_s = max(end_s, duration_s)
        where = f"{column * plan.width},{row * plan.height},{plan.width},{plan.height}"
        cues.append(f"{_time(start_s)} --> {_time(end_s)}\n{sheet_name(sheet + 1)}#xywh={where}\n")
    return "\n".join(cues)


def _time(seconds: float) -> str:
    whole_ms = round(seconds * 1000)
    minutes, ms = divmod(whole_ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{ms // 1000:02d}.{ms % 1000:03d}"
