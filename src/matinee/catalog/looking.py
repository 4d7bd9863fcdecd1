"""What of pictures had better not be cut through: faces and lettering, as `seeing` finds them.

It finds them in a process of its own, which ends after each batch: see there.
"""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image

from matinee.catalog import settings
from matinee.catalog.rules.framing import Kept

log = logging.getLogger(__name__)

# Faces as small as a twentieth of a picture are seen in a copy of this size.
_SIDE_PX = 480
_SECONDS_MAX = 60.0
# The largest face counts for more than anything else in a picture; lettering tips the scales.
_FACE_WORTH, _LETTERING_WORTH = 2.0, 0.3
# What is found of a face is without hair and chin.
_AROUND_A_FACE = 0.25


def looked(pictures: Sequence[Image.Image]) -> list[list[Kept]]:
    """The faces and lines of letters in each of some pictures; none where nothing can be told.

    A picture is cut without them as well, so that nothing ends where they could not be looked for.
    """
    nothing: list[list[Kept]] = [[] for _ in pictures]
    if not pictures or not settings.get().look_for_faces:
        return nothing
    greys = [_grey(picture) for picture in pictures]
    given = io.BytesIO()
    for grey in greys:
        np.save(given, grey, allow_pickle=False)
    command = [sys.executable, "-m", "matinee.catalog.seeing"]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and pixels of our own making
            command, input=given.getvalue(), capture_output=True, timeout=_SECONDS_MAX, check=True
        )
        told = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        said = getattr(error, "stderr", None) or b""
        why = said.decode(errors="replace").strip().rpartition("\n")[2] or error
        log.warning("faces could not be looked for, so pictures are cut without: %s", why)
        return nothing
    return [_kept(one, grey.shape) for one, grey in zip(told, greys, strict=True)]


def _grey(picture: Image.Image) -> np.ndarray[Any, np.dtype[np.uint8]]:
    scale = _SIDE_PX / max(picture.size)
    size = (max(32, round(picture.width * scale)), max(32, round(picture.height * scale)))
    return np.asarray(picture.convert("L").resize(size, Image.Resampling.BILINEAR))


def _kept(told: Mapping[str, Sequence[Sequence[float]]], shape: tuple[int, ...]) -> list[Kept]:
    """Boxes as fractions; of several faces the larger ones count for more."""
    faces = [_widened(box) for box in told["faces"]]
    lines = list(told["lettering"])
    worths = _shared(faces, _FACE_WORTH) + _shared(lines, _LETTERING_WORTH)
    height, width = shape[:2]
    return [
        Kept(
            max(0.0, box[0] / width),
            max(0.0, box[1] / height),
            min(1.0, box[2] / width),
            min(1.0, box[3] / height),
            worth,
        )
        for box, worth in zip([*faces, *lines], worths, strict=True)
    ]


def _widened(box: Sequence[float]) -> Sequence[float]:
    left, top, right, bottom = box
    across, down = (right - left) * _AROUND_A_FACE, (bottom - top) * _AROUND_A_FACE
    return left - across, top - down, right + across, bottom + down


def _shared(boxes: Sequence[Sequence[float]], worth: float) -> list[float]:
    """A worth for each box: all of it for the largest, and less for smaller ones."""
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in boxes]
    return [worth * area / max(areas) for area in areas]
