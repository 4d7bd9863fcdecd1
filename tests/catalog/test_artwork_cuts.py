"""Pictures that people choose: in several widths, around a point, from a scene, of a language."""

import io
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from PIL import Image

from matinee.catalog import tasks
from matinee.contracts.catalog import Title
from matinee.kernel import settings as kernel_settings
from matinee.kernel import storage
from tests.catalog.conftest import Asker, code_of, ready, tell
from tests.catalog.test_artwork import picture, put, served

pytestmark = pytest.mark.django_db(databases=["catalog"])


@pytest.fixture
def title(owner: Asker) -> Title:
    return owner.make("Film")


def cut(who: Asker, title_id: UUID, kind: str, wish: dict[str, Any]) -> Title:
    answer = who.ask("POST", f"studio/titles/{title_id}/artwork/{kind}/cut", wish)
    assert answer.status_code == 200, answer.content
    return Title.model_validate_json(answer.content)


def widths(url: str | None) -> list[int]:
    """Every copy of a picture, by the width that its own address says; each is looked at."""
    assert url is not None
    stem, *said = url.removesuffix(".jpg").rsplit("-", 3)
    for width in said[:-1]:
        assert served(f"{stem}-{width}.jpg").width == int(width)
    assert served(url).width == int(said[-1])
    return [int(width) for width in said]


def test_narrower_copies_lie_beside_a_picture(title: Title, owner: Asker) -> None:
    assert widths(put(owner, title.id, "poster", picture((1500, 1500))).artwork.poster) == [
        *(200, 400, 600)
    ]
    shown = put(owner, title.id, "backdrop", picture((2500, 1500)))
    assert widths(shown.artwork.backdrop) == [480, 960, 1920]


def halves(size: tuple[int, int] = (1600, 900)) -> bytes:
    """Blue on the left, red on the right, and nothing that draws the eye."""
    pixels = np.zeros((size[1], size[0], 3), dtype=np.uint8)
    pixels[:, : size[0] // 2, 2] = pixels[:, size[0] // 2 :, 0] = 160
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def reds(url: str | None) -> bool:
    red, _, blue = np.asarray(served(url)).reshape(-1, 3).mean(axis=0)
    return bool(red > blue)


def test_a_picture_is_cut_around_a_point_and_cut_anew(title: Title, owner: Asker) -> None:
    path = f"studio/titles/{title.id}/artwork/poster"
    answer = owner.send("PUT", f"{path}?focus_x=0.9&focus_y=0.5", None, halves())
    assert reds(Title.model_validate_json(answer.content).artwork.poster)
    assert not reds(cut(owner, title.id, "poster", {"focus_x": 0.1, "focus_y": 0}).artwork.poster)
    # What was cut away once is still there to be cut again.
    assert reds(cut(owner, title.id, "poster", {"focus_x": 1, "focus_y": 1}).artwork.poster)
    half = owner.ask("POST", f"{path}/cut", {"focus_x": 0.1})
    assert (half.status_code, code_of(half)) == (422, "invalid")
    nothing = owner.ask("POST", f"studio/titles/{title.id}/artwork/backdrop/cut", {})
    assert (nothing.status_code, code_of(nothing)) == (409, "no_source")


def test_a_scene_becomes_the_poster(title: Title, owner: Asker, tmp_path: Path) -> None:
    path = tmp_path / "still.png"
    path.write_bytes(halves())
    keys = [f"artwork/{title.id}/still-{number}-0.jpg" for number in (1, 2)]
    for key in keys:
        storage.open_storage(kernel_settings.get()).put_file(path, key)
    tell(ready(title.id, stills=keys))
    scenes = json.loads(owner.ask("GET", f"studio/titles/{title.id}/stills").content)
    assert scenes == [{"number": n, "url": f"/{key}"} for n, key in enumerate(keys, 1)]
    wish = {"still": 2, "focus_x": 0.95, "focus_y": 0.5}
    assert reds(cut(owner, title.id, "poster", wish).artwork.poster)
    unknown = owner.ask("POST", f"studio/titles/{title.id}/artwork/poster/cut", {"still": 3})
    assert (unknown.status_code, code_of(unknown)) == (404, "unknown_still")
    # Taken back, it is cut from the film by itself once more.
    assert owner.ask("DELETE", f"studio/titles/{title.id}/artwork/poster").status_code == 200
    tasks.cut_artwork(str(title.id))
    assert owner.title(title.id).artwork.poster_is_still


def test_a_language_has_pictures_of_its_own(title: Title, owner: Asker) -> None:
    own = put(owner, title.id, "poster", picture((600, 900))).artwork.poster
    path = f"studio/titles/{title.id}/artwork/poster?language=de"
    german = Title.model_validate_json(owner.send("PUT", path, None, halves()).content)
    assert german.artwork.poster == own
    (local,) = german.local_artwork
    assert (local.language, local.backdrop) == ("de", None)
    assert local.poster is not None
    assert local.poster != own
    after = Title.model_validate_json(owner.ask("DELETE", path).content)
    assert (after.local_artwork, after.artwork.poster) == ([], own)
