"""Finds faces and lettering in small grey pictures: a program of its own, run by `looking`.

What it needs is large and seldom wanted, so no server and no worker holds it. It reads pictures
from its input, each as NumPy writes arrays (NEP 1), and writes their boxes as one line of JSON.

Faces are found by local binary patterns (Liao et al., ICB 2007) in a cascade (Viola and Jones,
2004) that scikit-image brings along. Lettering is told by its strokes: many edges across, close
together and evenly high, in a row longer than it is high (as Shivakumara et al., ICDAR 2009).
"""

import io
import json
import sys
from collections.abc import Iterator
from typing import cast

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.data import lbp_frontal_face_cascade_filename
from skimage.feature import Cascade

Grey = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels."""

# Of neighbouring windows that must agree: with fewer, leaves and wheels have faces.
_AGREEING = 6
_FACE_PX_MIN, _GROWTH = 28, 1.15
# Lettering: how much brighter or darker a stroke is, and what a line of it measures.
_STROKE_MIN, _GAP_PX = 40.0, 9
_LINE_PX_MIN, _LINE_PX_MAX, _LONG = 6, 24, 4.0
# Large letters are small ones in a coarser picture.
_STEPS = (1, 2, 4)
# Strokes across a line, for each of its heights in length; and how much of it is edges.
_STROKES_MIN, _EDGES_MIN, _EDGES_MAX = 1.0, 0.15, 0.75


def faces(grey: Grey, cascade: Cascade) -> list[Box]:
    """Faces that look this way."""
    found = cascade.detect_multi_scale(
        grey,
        scale_factor=_GROWTH,
        step_ratio=1,
        min_size=(_FACE_PX_MIN, _FACE_PX_MIN),
        max_size=(min(grey.shape), min(grey.shape)),
        min_neighbor_number=_AGREEING,
    )
    return [
        (int(one["c"]), int(one["r"]), int(one["c"] + one["width"]), int(one["r"] + one["height"]))
        for one in found
    ]


def lettering(grey: Grey) -> list[Box]:
    """Lines of letters, small ones and large ones."""
    found = []
    for step in _STEPS:
        height, width = (side // step * step for side in grey.shape)
        coarse = grey[:height, :width].reshape(height // step, step, width // step, step)
        for left, top, right, bottom in _lines(coarse.mean(axis=(1, 3), dtype=np.float32)):
            found.append((left * step, top * step, right * step, bottom * step))
    return found


def _lines(grey: npt.NDArray[np.float32]) -> list[Box]:
    across = np.abs(ndimage.sobel(grey, axis=1)) / 4
    edges = across >= _STROKE_MIN
    closed = ndimage.binary_closing(edges, np.ones((3, _GAP_PX), dtype=bool))
    whole = ndimage.binary_opening(closed, np.ones((3, 5), dtype=bool))
    areas, _ = ndimage.label(whole)
    return [
        (columns.start, rows.start, columns.stop, rows.stop)
        for rows, columns in ndimage.find_objects(areas)
        if _is_line(edges[rows, columns])
    ]


def _is_line(edges: npt.NDArray[np.bool_]) -> bool:
    height, width = edges.shape
    if not _LINE_PX_MIN <= height <= _LINE_PX_MAX or width < _LONG * height:
        return False
    # Each stroke begins where a pixel is an edge and the one before it is none.
    begun = (edges[:, 1:] & ~edges[:, :-1]).sum(axis=1)
    strokes = float(np.median(begun)) * height / width
    return strokes >= _STROKES_MIN and _EDGES_MIN <= float(edges.mean()) <= _EDGES_MAX


def _pictures(given: bytes) -> Iterator[Grey]:
    stream = io.BytesIO(given)
    while stream.tell() < len(given):
        yield cast("Grey", np.load(stream, allow_pickle=False))


def main() -> None:
    """Answer for every picture that is given."""
    cascade = Cascade(lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call]
    told = [
        {"faces": faces(grey, cascade), "lettering": lettering(grey)}
        for grey in _pictures(sys.stdin.buffer.read())
    ]
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
