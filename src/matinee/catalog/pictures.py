"""Pictures are read with suspicion and written anew, so that only pixels of ours are served."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from PIL import Image, ImageCms, ImageOps

from matinee.catalog.looking import looked
from matinee.catalog.rules import framing
from matinee.catalog.rules.framing import Kept, Point, Size
from matinee.kernel.problems import TooLarge, Unprocessable

ArtworkKind = Literal["poster", "backdrop"]

SIZE_BYTES_MAX = 15 * 1024 * 1024
# A picture of few bytes may unfold to gigabytes of pixels.
PIXELS_MAX = 50_000_000
SIDE_PX_MIN = 100
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_QUALITY = 82
# Mean difference of colour values of small copies; of one shot, seconds apart, it is about half.
_SMALL, _DIFFERENCE_MIN = (32, 18), 16.0
_FORMATS = ("JPEG", "PNG", "WEBP")
_NO_PICTURE = "This is no JPEG, PNG or WebP picture, or it is damaged. Choose another one."


# The shape in which a kind of artwork is shown, and the size at which it is kept at most.
FRAMES: dict[ArtworkKind, Size] = {"poster": Size(600, 900), "backdrop": Size(1920, 1080)}
# Narrower copies beside it: for cards and phones.
NARROWER: dict[ArtworkKind, tuple[int, ...]] = {"poster": (200, 400), "backdrop": (480, 960)}
# What a picture is cut from is kept as large as any screen of today.
_SOURCE_SIDE_PX_MAX = 3840
_SMALL_SIDE_PX = 96


@dataclass(frozen=True)
class Picture:
    """A finished picture as JPEGs by their width in pixels.

    `source` is what it was cut from, kept where it may be cut anew.
    """

    by_width: dict[int, bytes]
    source: bytes | None = None

    @property
    def width_px(self) -> int:
        """Of the largest."""
        return max(self.by_width)

    @property
    def content(self) -> bytes:
        """The largest."""
        return self.by_width[self.width_px]


Look = dict[ArtworkKind, Picture]
"""The same still in every frame."""


def framed(
    content: bytes,
    kind: ArtworkKind,
    around: Point | None = None,
    *,
    with_source: bool = False,
    looks: bool = True,
) -> Picture:
    """A picture in the frame of its kind, cut around a point or around what draws the eye.

    Where it `looks` for them, no face and no line of letters is cut through if that can be.
    Never enlarged. TooLarge or Unprocessable where the content is no picture that can be shown.
    """
    picture = _opened(content)
    kept: Sequence[Kept] = ()
    if looks and around is None and _has_room(picture, kind):
        (kept,) = looked([picture])
    cut = _cut(picture, kind, around, kept)
    return replace(cut, source=_source(picture)) if with_source else cut


def is_shaped(content: bytes, kind: ArtworkKind) -> bool:
    """Whether a picture has the shape of its frame already, so that nothing of it is cut away.

    False as well for what is no picture.
    """
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            width, height = picture.size
    except (OSError, ValueError, SyntaxError, EOFError, *_BOMBS):
        return False
    frame = FRAMES[kind]
    return abs(width * frame.height - height * frame.width) < max(frame.height, frame.width)


def looks_from_stills(stills: list[bytes], count_max: int) -> list[Look]:
    """A title's looks, each cut from one still around its liveliest part; none without any.

    The first is the first of `stills`, which come best first, unless others show far more; the
    further ones show as much, and something else.
    """
    pictures = []
    for content in stills:
        try:
            pictures.append(_opened(content))
        except (TooLarge, Unprocessable):
            continue
    shown = [float(_liveliness(one).mean()) for one in pictures]
    lively = [one for one, much in zip(pictures, shown, strict=True) if much >= max(shown) / 2]
    chosen: list[Image.Image] = []
    for one in lively:
        if len(chosen) < count_max and all(_differ(one, other) for other in chosen):
            chosen.append(one)
    return [
        {kind: _cut(one, kind, None, kept) for kind in FRAMES}
        for one, kept in zip(chosen, looked(chosen), strict=True)
    ]


def _has_room(picture: Image.Image, kind: ArtworkKind) -> bool:
    return framing.has_room(Size(*picture.size), FRAMES[kind])


def _cut(
    picture: Image.Image, kind: ArtworkKind, around: Point | None, kept: Sequence[Kept]
) -> Picture:
    size = _size_for(picture, kind)
    if around is None:
        around = framing.eye_catcher(_small(picture), size, kept)
    centring = framing.centring(Size(*picture.size), size, around)
    largest = ImageOps.fit(picture, size, Image.Resampling.LANCZOS, centering=centring)
    widths = [width for width in NARROWER[kind] if width < size.width]
    by_width = {width: _encoded(_narrowed(largest, width)) for width in widths}
    by_width[size.width] = _encoded(largest)
    return Picture(by_width)


def _narrowed(picture: Image.Image, width: int) -> Image.Image:
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _source(picture: Image.Image) -> bytes:
    kept = picture.copy()
    kept.thumbnail((_SOURCE_SIDE_PX_MAX, _SOURCE_SIDE_PX_MAX), Image.Resampling.LANCZOS)
    return _encoded(kept)


def _small(picture: Image.Image) -> framing.Pixels:
    """The pixels of a small copy with the same proportions."""
    scale = _SMALL_SIDE_PX / max(picture.size)
    size = [max(8, round(side * scale)) for side in picture.size]
    return np.asarray(picture.resize((size[0], size[1]), reducing_gap=2.0), dtype=np.float32)


def _differ(one: Image.Image, other: Image.Image) -> bool:
    """Whether somebody would call them two pictures, by small copies of them."""
    small = [np.asarray(picture.resize(_SMALL), dtype=np.float32) for picture in (one, other)]
    return float(np.abs(small[0] - small[1]).mean()) >= _DIFFERENCE_MIN


def _opened(content: bytes) -> Image.Image:
    if len(content) > SIZE_BYTES_MAX:
        code = "picture_too_large"
        raise TooLarge(code, f"A picture may have {SIZE_BYTES_MAX // 1024**2} MiB.")
    try:
        picture = Image.open(io.BytesIO(content), formats=_FORMATS)
        _check_sides(*picture.size)
        picture.load()
        return _plain(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        code = "not_a_picture"
        raise Unprocessable(code, _NO_PICTURE) from error


def _check_sides(width_px: int, height_px: int) -> None:
    if width_px * height_px > PIXELS_MAX:
        raise _too_many_pixels()
    if min(width_px, height_px) < SIDE_PX_MIN:
        code = "picture_too_small"
        detail = f"The picture is {width_px}x{height_px}; each side needs {SIDE_PX_MIN} pixels."
        raise Unprocessable(code, detail)


def _too_many_pixels() -> TooLarge:
    code = "too_many_pixels"
    return TooLarge(code, f"A picture may have {PIXELS_MAX // 1_000_000} million pixels.")


def _plain(picture: Image.Image) -> Image.Image:
    """Upright, in sRGB, without transparency."""
    profile = picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):
        # 16 bits of grey, of which a plain conversion would keep the darkest only.
        upright = Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
    if "A" in upright.getbands() or "transparency" in upright.info:
        sheet = Image.new("RGBA", upright.size, "black")
        upright = Image.alpha_composite(sheet, upright.convert("RGBA"))
    if profile and upright.mode in {"RGB", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            upright = (
                ImageCms.profileToProfile(upright, source, target, outputMode="RGB") or upright
            )
        except (ImageCms.PyCMSError, OSError):
            # A broken profile says nothing about the colours; they are taken as they are.
            pass
    return upright.convert("RGB")


def _size_for(picture: Image.Image, kind: ArtworkKind) -> Size:
    """The frame's size, or the largest of its shape that fits in the picture."""
    frame = FRAMES[kind]
    scale = min(1.0, picture.width / frame.width, picture.height / frame.height)
    return Size(max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))


def _encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return out.getvalue()


def _liveliness(picture: Image.Image) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """Per pixel of a small copy (rows, columns): how much its brightness differs from its like."""
    small = np.asarray(picture.convert("L").resize((96, 54)), dtype=np.float32)
    across, down = np.gradient(small, axis=1), np.gradient(small, axis=0)
    # Nearly black or white parts are seldom what a film is about.
    lit = np.clip(np.minimum(small, 255 - small) / 40, 0, 1)
    return ((np.abs(across) + np.abs(down)) * lit).astype(np.float32)
