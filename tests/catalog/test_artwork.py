"""Artwork: pictures are re-made, bombs are refused, stills fill what nobody chose."""

import io
import json
import struct
import zlib
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from matinee.catalog import pictures, tasks
from matinee.catalog.actions.artwork import artwork_cut, artwork_cut_missing
from matinee.contracts.catalog import Title
from matinee.kernel import ids, storage
from matinee.kernel import settings as kernel_settings
from matinee.kernel.problems import Problem
from tests.catalog.conftest import Asker, announced, code_of, ready, tell

pytestmark = pytest.mark.django_db(databases=["catalog"])


@pytest.fixture
def title(owner: Asker) -> Title:
    return owner.make("Film")


def picture(
    size: tuple[int, int], kind: str = "PNG", mode: str = "RGB", **options: object
) -> bytes:
    """A picture with something to see in its right third."""
    width, height = size
    pixels = np.full((height, width, 3), 90, dtype=np.uint8)
    noise = np.random.default_rng(1).integers(40, 220, (height, width // 3, 3), dtype=np.uint8)
    pixels[:, -(width // 3) :] = noise
    out = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(out, kind, **options)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be very large."""

    def part(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", pixels) + part(b"IEND", b"")


def put(who: Asker, title_id: UUID, kind: str, content: bytes) -> Title:
    answer = who.send("PUT", f"studio/titles/{title_id}/artwork/{kind}", None, content)
    assert answer.status_code == 200, answer.content
    return Title.model_validate_json(answer.content)


def served(url: str | None) -> Image.Image:
    """A picture as the edge would serve it."""
    assert url is not None
    path = storage.open_storage(kernel_settings.get()).local_path(url.removeprefix("/"))
    assert path is not None
    return Image.open(io.BytesIO(path.read_bytes()))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_chosen_picture_is_framed_and_announced(title: Title, owner: Asker, kind: str) -> None:
    tell(ready(title.id))
    shown = put(owner, title.id, "poster", picture((1500, 1500), kind))
    found = served(shown.artwork.poster)
    assert (found.format, found.size, found.mode) == ("JPEG", (600, 900), "RGB")
    assert shown.artwork.poster is not None
    assert shown.artwork.poster.startswith(f"/artwork/{title.id}/poster-")
    assert shown.artwork.poster.endswith("-600.jpg")
    told = announced("title.changed")[-1]["title"]["artwork"]
    assert told == {
        "poster": shown.artwork.poster,
        "backdrop": None,
        "poster_is_still": False,
    }
    shown = put(owner, title.id, "backdrop", picture((2500, 1500), kind))
    assert served(shown.artwork.backdrop).size == (1920, 1080)


def test_small_pictures_are_not_enlarged(title: Title, owner: Asker) -> None:
    shown = put(owner, title.id, "poster", picture((200, 600)))
    assert served(shown.artwork.poster).size == (200, 300)


def test_every_kind_of_pixel_is_understood(title: Title, owner: Asker) -> None:
    for mode, kind in (("RGBA", "PNG"), ("L", "PNG"), ("P", "PNG"), ("CMYK", "JPEG")):
        shown = put(owner, title.id, "poster", picture((300, 450), kind, mode))
        assert served(shown.artwork.poster).mode == "RGB", mode


def test_deep_grey_keeps_its_brightness(title: Title, owner: Asker) -> None:
    out = io.BytesIO()
    Image.fromarray(np.full((450, 300), 0x8000, dtype=np.uint16)).save(out, "PNG")
    found = served(put(owner, title.id, "poster", out.getvalue()).artwork.poster)
    assert abs(float(np.asarray(found).mean()) - 128) < 3


def test_a_turned_photograph_stands_upright(title: Title, owner: Asker) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = picture((900, 600), "JPEG", exif=exif)
    shown = put(owner, title.id, "poster", content)
    found = served(shown.artwork.poster)
    assert found.size == (600, 900)
    assert not found.getexif(), "nothing but pixels is passed on"


@pytest.mark.asvs("V5.2.1")
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "not_a_picture"),
        (picture((300, 450))[:-500], "not_a_picture"),
        (picture((300, 450), "GIF", "P"), "not_a_picture"),
        (bomb(8000, 8000), "too_many_pixels"),
        (bomb(10_000, 10_000), "too_many_pixels"),
        (bomb(60_000, 60_000), "too_many_pixels"),
        (bomb(200, 200), "not_a_picture"),
        (picture((90, 400)), "picture_too_small"),
        (b"x" * (pictures.SIZE_BYTES_MAX + 1), "picture_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else len(value),
)
def test_what_is_no_picture_is_refused(
    title: Title, owner: Asker, content: bytes, code: str
) -> None:
    answer = owner.send("PUT", f"studio/titles/{title.id}/artwork/poster", None, content)
    assert code_of(answer) == code
    assert 400 <= answer.status_code < 500
    assert json.loads(answer.content)["detail"].endswith(".")
    assert owner.title(title.id).artwork.poster is None


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_brings_the_service_down(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))
    content = bytearray(picture((120, 180), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    status, width_px = 200, 0
    try:
        width_px = pictures.framed(bytes(content), "poster").width_px
    except Problem as problem:
        status = problem.status
    assert status < 500
    assert width_px <= 600


def test_an_unknown_kind_or_title_is_said(title: Title, owner: Asker) -> None:
    content = picture((300, 450))
    path = f"studio/titles/{title.id}/artwork/banner"
    assert owner.send("PUT", path, None, content).status_code == 422
    path = f"studio/titles/{ids.uuid7()}/artwork/poster"
    assert code_of(owner.send("PUT", path, None, content)) == "unknown_title"


@pytest.fixture
def stills(tmp_path: Path) -> list[str]:
    """A dark still and a lively one, in the media store."""
    store = storage.open_storage(kernel_settings.get())
    keys = []
    dark = io.BytesIO()
    Image.new("RGB", (1280, 720), "black").save(dark, "JPEG")
    for name, content in (("0", dark.getvalue()), ("1", picture((1280, 720), "JPEG"))):
        path = tmp_path / name
        path.write_bytes(content)
        keys.append(f"artwork/stills-{ids.uuid7()}/{name}.jpg")
        store.put_file(path, keys[-1])
    return keys


def test_stills_become_artwork(title: Title, owner: Asker, stills: list[str]) -> None:
    tell(ready(title.id, stills=[*stills, "artwork/missing.jpg", "../outside"]))
    tasks.cut_artwork(str(title.id))
    shown = owner.title(title.id)
    poster, backdrop = served(shown.artwork.poster), served(shown.artwork.backdrop)
    assert backdrop.size == (1280, 720)
    assert poster.size == (480, 720)
    spread = np.asarray(poster.convert("L"), dtype=float).std()
    assert spread > 20, "cut from where there is something to see"
    told = announced("title.changed")[-1]["title"]["artwork"]
    assert (told["poster"], told["poster_is_still"]) == (shown.artwork.poster, True)
    before = len(announced("title.changed"))
    assert artwork_cut(title.id) is False
    assert len(announced("title.changed")) == before


def test_what_a_person_chose_stays(title: Title, owner: Asker, stills: list[str]) -> None:
    chosen = put(owner, title.id, "poster", picture((300, 450))).artwork.poster
    tell(ready(title.id, stills=stills))
    assert artwork_cut(title.id) is True
    shown = owner.title(title.id)
    assert shown.artwork.poster == chosen
    assert shown.artwork.backdrop is not None


def test_artwork_whose_task_was_lost_is_made_later(
    title: Title, owner: Asker, stills: list[str]
) -> None:
    tell(ready(title.id, stills=stills))
    other = owner.make("Without stills")
    tell(ready(other.id))
    assert artwork_cut_missing() == 1
    assert artwork_cut_missing() == 0
    assert owner.title(title.id).artwork.poster is not None
    assert owner.title(other.id).artwork.poster is None


def test_stills_that_cannot_be_read_are_tried_once(title: Title, owner: Asker) -> None:
    tell(ready(title.id, stills=["artwork/missing.jpg"]))
    assert artwork_cut(title.id) is False
    assert artwork_cut_missing() == 0
    assert owner.title(title.id).artwork.poster is None


def still(*, bright: tuple[int, int, int], seed: int = 1) -> bytes:
    """A still with a lively middle and a ground of one colour."""
    pixels = np.full((360, 640, 3), bright, dtype=np.uint8)
    lively = np.random.default_rng(seed).integers(40, 220, (360, 200, 3), dtype=np.uint8)
    pixels[:, 220:420] = lively
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=90)
    return out.getvalue()


def test_further_looks_are_of_other_stills() -> None:
    red, green, blue = (200, 40, 40), (40, 200, 40), (40, 40, 200)
    dark = io.BytesIO()
    Image.new("RGB", (640, 360), "black").save(dark, "JPEG")
    shots = [still(bright=red), still(bright=red, seed=2), dark.getvalue(), b"no picture"]
    looks = pictures.looks_from_stills([*shots, still(bright=green), still(bright=blue)], 9)
    assert len(looks) == 3
    tones = [
        np.asarray(Image.open(io.BytesIO(look["backdrop"].content)).resize((64, 36)))[:, :10]
        for look in looks
    ]
    assert [int(tone.mean(axis=(0, 1)).argmax()) for tone in tones] == [0, 1, 2]
    assert {look["poster"].width_px for look in looks} == {240}
    assert len(pictures.looks_from_stills([*shots, still(bright=green)], 1)) == 1
    assert pictures.looks_from_stills([], 4) == []


def test_further_looks_are_told_until_a_person_chooses(
    title: Title, owner: Asker, stills: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "green.jpg"
    path.write_bytes(still(bright=(40, 200, 40)))
    key = f"artwork/stills-{ids.uuid7()}/green.jpg"
    storage.open_storage(kernel_settings.get()).put_file(path, key)
    tell(ready(title.id, stills=[*stills, key]))
    artwork_cut(title.id)
    shown = owner.title(title.id)
    [other] = announced("title.changed")[-1]["title"]["pictures"]
    assert served(other["poster"]).size == (240, 360)
    assert served(other["backdrop"]).size == (640, 360)
    assert other["poster"] != shown.artwork.poster
    put(owner, title.id, "poster", picture((300, 450)))
    assert announced("title.changed")[-1]["title"]["pictures"] == []
