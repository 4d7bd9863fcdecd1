"""What `matinee add` is told of a film: checked, and made the draft of a title."""

import os
import stat
from pathlib import Path
from typing import TypedDict

import click
from pydantic import ValidationError

from matinee.catalog import film_kinds, rules
from matinee.contracts.catalog import Title, TitleDraft
from matinee.kernel.problems import NotFound
from matinee.run import sending
from matinee.run.operator import Operator

STUDIO = "/api/catalog/studio/titles"


class AddError(click.ClickException):
    """The film could not be put in; the message says why and what to do."""


def check_film(film: Path) -> sending.FilmFile:
    """What can be known before anything is sent; AddError if it cannot be a film."""
    check_readable(film, "film")
    with film.open("rb") as file:
        kind = film_kinds.not_a_film(file.read(film_kinds.SNIFFED_BYTES))
    if kind is not None:
        msg = f"{film} is {kind}, not a film. Give a film file, for example .mp4, .mov or .mkv."
        raise AddError(msg)
    return sending.FilmFile.of(film)


def check_readable(path: Path, what: str) -> None:
    """AddError unless `path` is a regular file that can be read and is not empty."""
    try:
        found = path.stat()
    except OSError as error:
        msg = f"{path} cannot be found ({error.strerror}). Check the name of the {what} file."
        raise AddError(msg) from error
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "no regular file"
        msg = f"{path} is {kind}. Give the path of a {what} file."
        raise AddError(msg)
    if not os.access(path, os.R_OK):
        msg = f"{path} may not be read by you. Change its permissions, or copy it."
        raise AddError(msg)
    if found.st_size == 0:
        msg = f"{path} is empty. Give a {what} file with something in it."
        raise AddError(msg)


class Wanted(TypedDict):
    """The options of the command that describe a title."""

    title: str | None
    slug: str | None
    tagline: str
    description: str
    year: int | None
    age: int
    language: str
    genre: tuple[str, ...]
    mood: tuple[str, ...]
    director: tuple[str, ...]
    cast: tuple[str, ...]
    series: str | None
    season: int | None
    episode: int | None


def draft_for(operator: Operator, film: Path, wanted: Wanted) -> TitleDraft:
    """The draft that the options describe; its series is made if there is none."""
    series = wanted["series"]
    return draft_of(film, wanted, None if series is None else series_of(operator, series))


def draft_of(film: Path, wanted: Wanted, series_slug: str | None) -> TitleDraft:
    """The draft that the options describe; AddError where one has a wrong value."""
    credits_ = [("director", name) for name in wanted["director"]]
    credits_ += [("cast", name) for name in wanted["cast"]]
    given = {
        "name": wanted["title"] or name_from(film),
        "kind": "film" if series_slug is None else "episode",
        "slug": wanted["slug"],
        "tagline": wanted["tagline"],
        "description": wanted["description"],
        "year": wanted["year"],
        "maturity_age": wanted["age"],
        "language": wanted["language"],
        "genres": list(wanted["genre"]),
        "moods": list(wanted["mood"]),
        "credits": [{"role": role, "name": name} for role, name in credits_],
        "series_slug": series_slug,
        "season": wanted["season"],
        "episode": wanted["episode"],
    }
    try:
        return TitleDraft.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        msg = f"{place}: {first['msg']} (given: {first['input']!r})."
        raise AddError(msg) from error


def name_from(film: Path) -> str:
    """A name for a film that was given none, from its file's."""
    words = film.stem.replace("_", " ").replace(".", " ").split()
    name = " ".join(words) or "Untitled"
    return name[0].upper() + name[1:]


def series_of(operator: Operator, wanted: str) -> str:
    """The slug of the series with this slug or name, which is made if there is none."""
    slug = rules.slug_from(wanted)
    try:
        found = operator.ask(Title, "GET", f"/api/catalog/titles/{slug}")
    except NotFound:
        draft = TitleDraft(name=wanted, kind="series", slug=slug)
        return operator.ask(Title, "POST", STUDIO, body=draft).slug
    if found.kind != "series":
        msg = f"{found.name} is a {found.kind}, not a series. Give the series another name."
        raise AddError(msg)
    return found.slug
