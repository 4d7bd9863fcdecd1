"""Where pictures are cut: around a point, or around what draws the eye."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.catalog.rules.framing import Point, Size, centring, eye_catcher

SIDES = st.integers(100, 4000)
SIZES = st.builds(Size, SIDES, SIDES)
SHARES = st.floats(0, 1, allow_nan=False)
FRAMES = st.sampled_from([Size(600, 900), Size(1920, 1080)])
POSTER = Size(600, 900)


@given(SIZES, FRAMES, st.builds(Point, SHARES, SHARES))
def test_the_point_is_in_the_cut_and_the_cut_in_the_picture(
    picture: Size, frame: Size, point: Point
) -> None:
    room = centring(picture, frame, point)
    scale = min(picture.width / frame.width, picture.height / frame.height)
    for at, side, wanted, where in (
        (point.x, picture.width, frame.width * scale, room.x),
        (point.y, picture.height, frame.height * scale, room.y),
    ):
        assert 0 <= where <= 1
        start = (side - wanted) * where
        assert start - 1 <= at * side <= start + wanted + 1
        middle = start + wanted / 2
        # As near to the middle as the picture lets it.
        if 0 < where < 1 and side - wanted >= 1:
            assert middle == pytest.approx(at * side, abs=1)


def scene(at: float, *, colour: tuple[int, int, int], noise: int = 0) -> np.ndarray:
    """A dim scene of 96 by 54 with something of a colour around a share of its width."""
    random = np.random.default_rng(5)
    pixels = np.full((54, 96, 3), 70.0, dtype=np.float32)
    pixels += random.normal(0, noise, pixels.shape).astype(np.float32)
    left = round(at * 96) - 6
    pixels[16:38, max(0, left) : left + 12] = colour
    return np.clip(pixels, 0, 255).astype(np.float32)


@pytest.mark.parametrize("at", [0.12, 0.3, 0.5, 0.7, 0.88])
@pytest.mark.parametrize("colour", [(224, 172, 140), (60, 120, 220), (240, 240, 230)])
def test_what_stands_out_is_in_the_poster(at: float, colour: tuple[int, int, int]) -> None:
    pixels = scene(at, colour=colour, noise=2)
    point = eye_catcher(pixels, POSTER)
    room = centring(Size(1920, 1080), POSTER, point)
    cut = 1080 * 2 / 3 / 1920
    start = room.x * (1 - cut)
    assert start <= at <= start + cut


def test_a_face_draws_more_than_a_pattern() -> None:
    pixels = scene(0.2, colour=(224, 172, 140))
    # Fine stripes of grey far from it.
    pixels[20:34, 70:82:2] = 100
    assert eye_catcher(pixels, POSTER).x < 0.5


def test_a_grey_wall_is_cut_in_its_middle() -> None:
    point = eye_catcher(np.full((54, 96, 3), 128, dtype=np.float32), POSTER)
    assert point.x == pytest.approx(0.5, abs=0.02)
    assert point.y == pytest.approx(0.5, abs=0.02)
