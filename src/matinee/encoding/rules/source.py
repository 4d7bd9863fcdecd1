"""What a film file holds, read from ffprobe's answer, and whether it can be taken at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from matinee.encoding.rules import languages
from matinee.encoding.rules.unfit import Unfit

Range = Literal["sdr", "pq", "hlg"]

SIDE_PIXELS_MIN = 16
_ENCRYPTED_TAGS = {"encv", "enca", "drmi", "drms", "enct"}
_TRANSFERS: dict[str, Range] = {"smpte2084": "pq", "arib-std-b67": "hlg"}
# What ffmpeg turns into WebVTT; the others are pictures of text, or not decoded by it.
TEXT_CODECS = frozenset(
    {"mov_text", "subrip", "srt", "ass", "ssa", "webvtt", "text", "microdvd", "subviewer", "stl"}
)
_HD_LINES = 720
# Even a talk over slides, as programs export it, has a picture more often.
_PICTURE_S_MAX = 30.0
_QUARTER_TURNS = 2


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Mastering(_Facts):
    """The screen that an HDR film was graded on (SMPTE ST 2086): CIE 1931 x and y, cd/m²."""

    red: tuple[float, float]
    green: tuple[float, float]
    blue: tuple[float, float]
    white: tuple[float, float]
    luminance_min: float
    luminance_max: float


class Light(_Facts):
    """How bright an HDR film gets in cd/m² (CTA-861.3): its brightest pixel and picture."""

    content_max: int
    picture_max: int


class Picture(_Facts):
    """The film's video track. `width` and `height` are as coded: not turned, not squared.

    `crop` is the part without black bars as width, height, left, top, in pixels as coded but
    turned upright; None until it is known, and where there are no bars.
    """

    index: int
    codec: str
    width: int
    height: int
    pixel_aspect: float = 1.0
    rotation: int = 0
    rate_tick: str = "25/1"
    rate_mean: str = "25/1"
    interlaced: bool = False
    # The format of its pixels, as ffmpeg calls it; empty where an older release has looked.
    form: str = ""
    transfer: Range = "sdr"
    matrix: str = "bt709"
    primaries: str = "bt709"
    full_range: bool = False
    mastering: Mastering | None = None
    light: Light | None = None
    crop: tuple[int, int, int, int] | None = None

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height as coded, turned upright, bars and all."""
        size = (self.width, self.height)
        return size[::-1] if self._lies_on_its_side else size

    @property
    def display_size(self) -> tuple[int, int]:
        """Width and height as a viewer sees them: upright, with square pixels, without bars."""
        width, height = self.upright_size if self.crop is None else self.crop[:2]
        if self._lies_on_its_side:
            return width, max(1, round(height * self.pixel_aspect))
        return max(1, round(width * self.pixel_aspect)), height

    @property
    def _lies_on_its_side(self) -> bool:
        return bool(self.rotation // 90 % _QUARTER_TURNS)


class Sound(_Facts):
    """An audio track of the film."""

    index: int
    codec: str
    channels: int
    language: str
    label: str
    default: bool = False
    commentary: bool = False
    # Tells those who cannot see the picture what is in it.
    description: bool = False


class Text(_Facts):
    """A subtitle track of the film that is text."""

    index: int
    codec: str
    language: str
    label: str
    forced: bool = False


class Source(_Facts):
    """A film file that can be taken. `duration_s` is None where the container does not say it."""

    container: str
    size_bytes: int
    duration_s: float | None
    picture: Picture
    sounds: tuple[Sound, ...] = ()
    texts: tuple[Text, ...] = ()
    texts_left_out: int = 0


@dataclass(frozen=True)
class Limits:
    """What is too much; the settings of the same names explain."""

    side_pixels_max: int
    area_pixels_max: int
    frame_rate_max: float
    duration_s_min: float
    duration_s_max: float
    streams_max: int


def read(probed: dict[str, Any], size_bytes: int, limits: Limits) -> Source:
    """The source that ffprobe describes (streams, format, first packets and frames), or Unfit."""
    streams: list[dict[str, Any]] = probed.get("streams", [])
    about: dict[str, Any] = probed.get("format", {})
    if len(streams) > limits.streams_max:
        msg = (
            f"The file has {len(streams)} tracks; at most {limits.streams_max} are taken. "
            "Remove those that are not needed and upload it again."
        )
        raise Unfit(msg)
    _refuse_encrypted([*streams, *probed.get("packets", [])])
    picture = _picture(streams, probed.get("frames", []), limits)
    duration_s = _duration_s(streams, about)
    if duration_s is not None:
        judge_duration(duration_s, limits)
    texts = [s for s in streams if s.get("codec_type") == "subtitle"]
    readable = [s for s in texts if s.get("codec_name") in TEXT_CODECS]
    heard = [s for s in streams if s.get("codec_type") == "audio" and s.get("channels")]
    sounds = [_sound(s, number) for number, s in enumerate(heard, 1)]
    return Source(
        container=str(about.get("format_name", "")),
        size_bytes=size_bytes,
        duration_s=duration_s,
        picture=picture,
        # Players begin with the first, so the film's own choice leads and commentary ends.
        sounds=tuple(sorted(sounds, key=_sound_order)),
        texts=tuple(_text(s, number) for number, s in enumerate(readable, 1)),
        texts_left_out=len(texts) - len(readable),
    )


def judge_pictures(pictures: int, duration_s: float) -> None:
    """Unfit if a film has hardly any pictures: at an even rate they would become very many."""
    if pictures < duration_s / _PICTURE_S_MAX:
        msg = (
            f"The film has only {pictures} pictures in {duration_s:.0f} s, so it is damaged or not "
            "a film. Export it again at a constant frame rate."
        )
        raise Unfit(msg)


def _sound_order(sound: Sound) -> tuple[bool, bool, int]:
    return sound.commentary or sound.description, not sound.default, sound.index


def judge_duration(duration_s: float, limits: Limits) -> None:
    """Unfit if a film of this length is not taken."""
    if duration_s < limits.duration_s_min:
        msg = (
            f"The film is only {duration_s:.2f} s long; at least {limits.duration_s_min:g} s are "
            "needed. Check that the whole film was exported, and upload it again."
        )
        raise Unfit(msg)
    if duration_s > limits.duration_s_max:
        msg = (
            f"The film claims to be {duration_s / 3600:.1f} hours long; at most "
            f"{limits.duration_s_max / 3600:g} hours are taken. Upload it in parts."
        )
        raise Unfit(msg)


def _refuse_encrypted(streams_and_packets: Iterable[dict[str, Any]]) -> None:
    for stream in streams_and_packets:
        kinds = {str(side.get("side_data_type", "")) for side in stream.get("side_data_list", [])}
        locked = any("ncryption" in kind for kind in kinds)
        if locked or stream.get("codec_tag_string") in _ENCRYPTED_TAGS:
            msg = (
                "The film is encrypted (it carries a copy protection), so it cannot be decoded. "
                "Upload an unprotected original."
            )
            raise Unfit(msg)


def _picture(
    streams: list[dict[str, Any]], frames: list[dict[str, Any]], limits: Limits
) -> Picture:
    films = [s for s in streams if s.get("codec_type") == "video" and not _is_cover(s)]
    if not films:
        msg = (
            "The file has no picture track: it holds sound only. Upload the film with its picture."
            if any(s.get("codec_type") == "audio" for s in streams)
            else "The file holds neither picture nor sound. Upload the film itself."
        )
        raise Unfit(msg)
    film = max(films, key=lambda s: int(s.get("width", 0)) * int(s.get("height", 0)))
    width, height = int(film.get("width", 0)), int(film.get("height", 0))
    _judge_size(width, height, limits)
    # What a frame says is true even where the container is silent.
    first = next((f for f in frames if f.get("stream_index") == film.get("index")), {})
    tick, mean = _rates(film)
    if float(mean) > limits.frame_rate_max:
        msg = (
            f"The film has {float(mean):g} pictures a second; at most {limits.frame_rate_max:g} "
            "are taken. Export it with a lower frame rate."
        )
        raise Unfit(msg)
    if mean * Fraction(_PICTURE_S_MAX) < 1:
        judge_pictures(1, float(1 / mean))
    return Picture(
        index=int(film["index"]),
        codec=_codec(film),
        width=width,
        height=height,
        pixel_aspect=_pixel_aspect(film.get("sample_aspect_ratio")),
        rotation=_rotation(film),
        rate_tick=str(tick),
        rate_mean=str(mean),
        interlaced=film.get("field_order") in {"tt", "bb", "tb", "bt"}
        or any(f.get("interlaced_frame") for f in frames),
        form=str(film.get("pix_fmt", "")),
        **_colours(film, first),
    )


def _codec(film: dict[str, Any]) -> str:
    codec = str(film.get("codec_name", "unknown"))
    if codec in {"unknown", "none"}:
        fourcc = film.get("codec_tag_string", "")
        msg = (
            f"The film's picture is in a format that is not known ({fourcc}). "
            "Export it as H.264, HEVC, VP9, AV1 or ProRes."
        )
        raise Unfit(msg)
    return codec


def _judge_size(width: int, height: int, limits: Limits) -> None:
    if min(width, height) < SIDE_PIXELS_MIN:
        msg = (
            f"The picture is {width} x {height} pixels; each side needs at least "
            f"{SIDE_PIXELS_MIN}. Check that this is the film that was meant."
        )
        raise Unfit(msg)
    if max(width, height) > limits.side_pixels_max or width * height > limits.area_pixels_max:
        msg = (
            f"The picture is {width} x {height} pixels; at most {limits.side_pixels_max} a side "
            f"and {limits.area_pixels_max} in all are taken. Export it smaller."
        )
        raise Unfit(msg)


def _is_cover(stream: dict[str, Any]) -> bool:
    marks = stream.get("disposition", {})
    return bool(marks.get("attached_pic") or marks.get("timed_thumbnails"))


def _duration_s(streams: list[dict[str, Any]], about: dict[str, Any]) -> float | None:
    """The longest of picture and sound; a subtitle may well end after the film."""
    tracks = [s for s in streams if s.get("codec_type") in {"video", "audio"} and not _is_cover(s)]
    said = [s.get("duration") or s.get("tags", {}).get("DURATION") for s in tracks]
    longest = max(map(_seconds, said), default=0.0)
    return longest or _seconds(about.get("duration")) or None


def _seconds(value: object) -> float:
    """Seconds from `12.5` or `00:00:12.5`; 0 where nothing sensible is said."""
    try:
        parts = [float(part) for part in str(value).split(":")]
    except ValueError:
        return 0.0
    seconds = sum(part * 60**place for place, part in enumerate(reversed(parts)))
    return seconds if 0 < seconds < float("inf") else 0.0


def _fraction(value: object) -> Fraction | None:
    try:
        fraction = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return None
    return fraction if fraction > 0 else None


def _rates(film: dict[str, Any]) -> tuple[Fraction, Fraction]:
    """The rate of the container's tick and the mean rate; either stands in for the other."""
    tick, mean = _fraction(film.get("r_frame_rate")), _fraction(film.get("avg_frame_rate"))
    either = mean or tick or Fraction(25)
    return tick or either, either


def _pixel_aspect(value: object) -> float:
    aspect = _fraction(str(value).replace(":", "/"))
    # Beyond any real format: a wrong header, better ignored than obeyed.
    return float(aspect) if aspect and Fraction(1, 4) <= aspect <= 4 else 1.0  # noqa: PLR2004


def _rotation(film: dict[str, Any]) -> int:
    for side in film.get("side_data_list", []):
        if "rotation" in side:
            return round(float(side["rotation"]) / 90) * 90 % 360
    return 0


def _colours(film: dict[str, Any], frame: dict[str, Any]) -> dict[str, Any]:
    def said(key: str, *silent: str) -> str | None:
        for where in (film, frame):
            value = where.get(key)
            if value and value not in {"unknown", "unspecified", "reserved", *silent}:
                return str(value)
        return None

    # What the field assumes where nothing is said: HD is BT.709, SD is BT.601.
    usual = "bt709" if int(film.get("height", 0)) >= _HD_LINES else "smpte170m"
    return {
        "transfer": _TRANSFERS.get(said("color_transfer") or "", "sdr"),
        "matrix": said("color_space", "gbr") or usual,
        "primaries": said("color_primaries") or usual,
        "full_range": said("color_range") == "pc"
        or str(film.get("pix_fmt", "")).startswith("yuvj"),
    }


def _words(stream: dict[str, Any]) -> tuple[str, str]:
    tags = {str(key).lower(): str(value) for key, value in stream.get("tags", {}).items()}
    return languages.tag(tags.get("language")), " ".join(tags.get("title", "").split())[:60]


def _sound(stream: dict[str, Any], number: int) -> Sound:
    language, title = _words(stream)
    marks = stream.get("disposition", {})
    return Sound(
        index=int(stream["index"]),
        codec=str(stream.get("codec_name", "unknown")),
        channels=int(stream["channels"]),
        language=language,
        label=title or languages.name(language, f"Sound {number}"),
        default=bool(marks.get("default")),
        commentary=bool(marks.get("comment")),
        description=bool(marks.get("visual_impaired") or marks.get("descriptions")),
    )


def _text(stream: dict[str, Any], number: int) -> Text:
    language, title = _words(stream)
    return Text(
        index=int(stream["index"]),
        codec=str(stream["codec_name"]),
        language=language,
        label=title or languages.name(language, f"Subtitles {number}"),
        forced=bool(stream.get("disposition", {}).get("forced")),
    )
