"""Pictures are cut so that faces and lettering stay whole, by a program of its own."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from skimage import data

from matinee.catalog import looking, pictures, settings
from matinee.catalog.rules import framing
from matinee.catalog.rules.framing import Kept, Size

WIDE, FRAME = Size(1600, 720), Size(600, 900)


@pytest.fixture(autouse=True)
def _looks(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings.get().model_copy(update={"look_for_faces": True})
    monkeypatch.setattr(settings, "get", lambda: chosen)


def lively(width: int, height: int) -> Image.Image:
    """What draws the eye as long as no face does."""
    across, down = np.indices((height, width)) // 30
    lit = ((across + down) % 2 * 180 + 40).astype(np.uint8)
    return Image.fromarray(lit).convert("RGB")


def portrait() -> tuple[Image.Image, tuple[float, float]]:
    """Somebody in grey at the left, a chequered wall at the right; where the face is, across."""
    canvas = Image.new("RGB", WIDE, (50, 50, 60))
    photograph = data.astronaut()  # type: ignore[no-untyped-call]
    person = Image.fromarray(photograph).convert("L").resize((720, 720)).crop((150, 0, 470, 720))
    canvas.paste(person, (40, 0))
    canvas.paste(lively(500, 720), (1100, 0))
    # The face lies between these columns of the photograph of 512 pixels.
    return canvas, (40 + 175 * 720 / 512 - 150, 40 + 275 * 720 / 512 - 150)


def cut_of(picture: Image.Image, kept: list[Kept]) -> tuple[float, float]:
    """The first and the last column of an upright cut of a picture."""
    small = np.asarray(picture.resize((96, 43)), dtype=np.float32)
    at = framing.eye_catcher(small, FRAME, kept)
    width = picture.height * FRAME.width / FRAME.height
    left = framing.centring(Size(*picture.size), FRAME, at).x * (picture.width - width)
    return left, left + width


def test_a_face_decides_where_a_picture_is_cut() -> None:
    picture, face = portrait()
    (kept,) = looking.looked([picture])
    assert kept, "the face is found"
    left, right = cut_of(picture, kept)
    assert left <= face[0] < face[1] <= right
    assert cut_of(picture, [])[0] > face[1], "without it the livelier side would have been shown"


def test_lettering_is_found_and_noise_is_none() -> None:
    plain = Image.new("RGB", (960, 540), (30, 40, 50))
    lettered = plain.copy()
    font = ImageFont.load_default(48)
    ImageDraw.Draw(lettered).text((500, 300), "NORTHERN LIGHTS", fill="white", font=font)
    nothing, line = looking.looked([plain, lettered])
    assert nothing == []
    assert any(one.left < 0.6 and one.right > 0.8 and one.top < 0.6 < one.bottom for one in line)


def test_a_picture_is_cut_where_nobody_can_look(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    out = io.BytesIO()
    portrait()[0].save(out, "JPEG")
    assert pictures.framed(out.getvalue(), "poster").width_px == 480
    assert "faces could not be looked for" in caplog.text


@given(st.floats(0, 90), st.floats(1, 60), st.floats(0.1, 2), st.integers(10, 80))
def test_whole_is_best_and_half_is_worse_than_nothing(
    start: float, size: float, worth: float, length: int
) -> None:
    starts = np.arange(0, 96 - length + 1, dtype=np.float32)
    gained = framing.Stretch(start, start + size, worth).held_by(starts, length)
    assert float(gained.max(initial=0.0)) <= worth * (1 + 1e-5)
    assert float(gained.min(initial=0.0)) >= -worth / 2 - 1e-5
    if size > length:
        assert not gained.any()
    for at, value in zip(starts.tolist(), gained.tolist(), strict=True):
        if at <= start and start + size <= at + length and size <= length:
            assert value == pytest.approx(worth, rel=1e-4)
        if at + length <= start or start + size <= at:
            assert value == 0


@given(st.integers(100, 4000), st.integers(100, 4000))
def test_there_is_room_unless_the_shape_is_the_frames(width: int, height: int) -> None:
    picture = Size(width, height)
    scale = min(width / FRAME.width, height / FRAME.height)
    spare = max(width - FRAME.width * scale, height - FRAME.height * scale)
    assert framing.has_room(picture, FRAME) == (spare >= 1)
    assert not framing.has_room(FRAME, FRAME)
