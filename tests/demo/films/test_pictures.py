"""Every film's frames, posters and backdrops, at a size that is quick to paint."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from matinee.demo import films
from matinee.demo.films.paint.canvas import Size, blank, double, hexa, over
from matinee.demo.films.paint.lettering import Face, word
from matinee.demo.films.paint.noise import clouds, dice, ridge
from matinee.demo.films.paint.shapes import disc, panel, polygon_mask
from matinee.demo.films.reel import Reel, Screening
from matinee.demo.films.registry import REELS

SMALL = Size(192, 108)
TALL = Size(100, 150)
every_reel = pytest.mark.parametrize("reel", REELS.values(), ids=list(REELS))


@every_reel
def test_frames_are_eight_bit_colour_pictures_that_show_something(reel: Reel) -> None:
    screening = Screening(reel, SMALL)
    for share in (0.1, 0.5, 0.9):
        frame = screening.frame(reel.film.duration_s * share)
        assert frame.shape == (108, 192, 3)
        assert frame.dtype == np.uint8
    still = screening.still(reel.sheet.hero_s)
    assert still.std() > 8
    assert 12 < still.mean() < 243


@every_reel
def test_the_same_time_gives_the_same_frame_in_a_new_screening(reel: Reel) -> None:
    at_s = reel.film.duration_s * 0.4
    first, second = Screening(reel, SMALL), Screening(reel, SMALL)
    second.frame(at_s * 0.3)
    assert np.array_equal(first.frame(at_s), second.frame(at_s))


@every_reel
def test_the_picture_moves_and_ends_in_the_dark(reel: Reel) -> None:
    screening = Screening(reel, SMALL)
    last_s = reel.film.duration_s - 1 / reel.film.fps
    one, other = screening.still(6.4), screening.still(6.9)
    assert np.abs(one.astype(int) - other.astype(int)).mean() > 0.5
    assert screening.frame(last_s).mean() < 4


@every_reel
def test_a_portrait_is_the_middle_of_the_picture(reel: Reel) -> None:
    assert Screening(reel, TALL).still(reel.sheet.hero_s).shape == (150, 100, 3)


def test_posters_and_backdrops_are_written_whole(tmp_path: Path) -> None:
    film = films.FILMS[0]
    poster = films.poster(film.slug, tmp_path / "art" / "poster.jpg")
    backdrop = films.backdrop(film.slug, tmp_path / "art" / "backdrop.jpg")
    with Image.open(poster) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1000, 1500))
    with Image.open(backdrop) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1920, 1080))
    assert sorted(path.name for path in poster.parent.iterdir()) == ["backdrop.jpg", "poster.jpg"]


def test_a_series_has_a_poster_of_its_own(tmp_path: Path) -> None:
    poster = films.poster(films.SERIES[0].slug, tmp_path / "series.jpg")
    with Image.open(poster) as picture:
        assert picture.size == (1000, 1500)


def test_an_unknown_slug_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(films.UnknownTitleError, match="before-the-valley-wakes"):
        films.poster("no-such-film", tmp_path / "x.jpg")
    with pytest.raises(films.UnknownTitleError):
        films.backdrop("no-such-film", tmp_path / "x.jpg")
    assert list(tmp_path.iterdir()) == []


def test_laying_half_a_colour_over_another_gives_their_mean() -> None:
    canvas = blank(Size(4, 2), (0.0, 0.2, 1.0))
    over(canvas, (1.0, 0.4, 0.0), 0.5)
    assert np.allclose(canvas[:, 0, 0], (0.5, 0.3, 0.5))


def test_doubling_keeps_flat_fields_flat_and_crops_to_odd_sizes() -> None:
    wide = double(np.full((3, 5, 7), 0.3, np.float32), Size(13, 9))
    assert wide.shape == (3, 9, 13)
    assert np.allclose(wide, 0.3)


def test_a_disc_covers_its_area_with_soft_edges() -> None:
    canvas = blank(Size(64, 64))
    disc(canvas, (32.0, 32.0), 10.0, (1.0, 1.0, 1.0))
    assert canvas[0].sum() == pytest.approx(np.pi * 100, rel=0.02)
    assert ((canvas > 0.05) & (canvas < 0.95)).any()


def test_shapes_outside_the_picture_leave_it_alone() -> None:
    canvas = blank(Size(32, 32), hexa("202020"))
    before = canvas.copy()
    disc(canvas, (-50.0, 10.0), 5.0, (1.0, 0.0, 0.0))
    panel(canvas, (5.0, 0.1, 6.0, 0.2), (1.0, 0.0, 0.0))
    assert np.array_equal(canvas, before)


def test_a_polygon_mask_covers_half_a_square_with_a_triangle() -> None:
    mask = polygon_mask([(0, 0), (20, 0), (0, 20)], Size(20, 20))
    assert mask.sum() == pytest.approx(200, rel=0.06)


def test_noise_wraps_around() -> None:
    field = clouds(dice("test"), Size(96, 64), 24)
    seam = np.abs(field[:, 0] - field[:, -1]).mean()
    apart = np.abs(field[:, 0] - field[:, 48]).mean()
    line = ridge(dice("test"), 600)
    assert seam < apart
    assert abs(line[0] - line[-1]) < 0.1
    assert np.abs(line).max() == pytest.approx(1.0)


def test_heavier_type_covers_more_and_spaced_type_is_wider() -> None:
    plain, bold = word("Matinee", 40.0, Face()), word("Matinee", 40.0, Face(weight=0.03))
    assert bold.sum() > plain.sum() * 1.2
    assert word("Matinee", 40.0, Face(weight=-0.01)).sum() < plain.sum()
    assert word("Matinee", 40.0, Face(spacing=0.3)).shape[1] > plain.shape[1] * 1.3
