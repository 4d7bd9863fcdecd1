"""A Jellyfin library: folders with films, NFO files and pictures beside them.

https://jellyfin.org/docs/general/server/media/movies and …/shows: a folder for each film, one for
each series with a folder for each season; what no NFO says is read off the names.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from matinee.catalog.rules.file_names import FILM_ENDINGS
from matinee.catalog.rules.guesses import Guess, guess
from matinee.kernel import clock
from matinee.run.libraries import nfo
from matinee.run.libraries.library import Library, cut, first_file

_PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
_NAMES = {
    "poster": ("poster", "folder", "cover", "default", "movie", "show"),
    "backdrop": ("backdrop", "fanart", "background", "art", "landscape"),
}
_FILES_MAX = 100_000
# Folders of pieces that are no titles of their own.
_BESIDE = frozenset(
    {"extras", "trailers", "featurettes", "behind the scenes", "deleted scenes", "samples"}
)


def read(folder: Path) -> Library:
    """Every film and series below a folder."""
    library = Library()
    series: dict[Path, str] = {}
    for film in _films(folder):
        found = guess(film.relative_to(folder).as_posix(), clock.now().year + 1)
        kind, said = _said(library, _beside(film, ".nfo", film.stem, "movie"))
        home = _show_of(film, folder)
        if kind == "episodedetails" or (kind == "" and (home or found.kind == "episode")):
            _add_episode(library, film, (home or film.parent, series), _merged(said, found))
        else:
            name = said.get("name") or found.name or film.stem
            pictures = _pictures(film.parent, film.stem)
            library.add(str(film), film, pictures, **{**said, "name": cut(name, 200),
                        "year": said.get("year") or found.year, "kind": "film",
                        "season": None, "episode": None})  # fmt: skip
    return library


def _add_episode(
    library: Library, film: Path, shows: tuple[Path, dict[Path, str]], said: dict[str, Any]
) -> None:
    home, known = shows
    if home not in known:
        _, of_show = _said(library, home / "tvshow.nfo")
        found = said.pop("series", "") or home.name
        of_show = {**of_show, "season": None, "episode": None, "kind": "series"}
        of_show["name"] = of_show.get("name") or cut(found, 200)
        known[home] = library.add(str(home), None, _pictures(home), **of_show)
    said.pop("series", None)
    if not known[home]:
        library.remarks.append(f"{film} is left out with its series.")
        return
    slug = f"{known[home]} s{said['season'] or 0:02d}e{said['episode'] or 0:02d}"
    thumb = _beside(film, "", f"{film.stem}-thumb", film.stem, endings=_PICTURE_ENDINGS)
    pictures = {"backdrop": thumb} if thumb else {}
    where = {"kind": "episode", "series_slug": known[home], "slug": slug}
    library.add(str(film), film, pictures, **{**said, **where})


def _merged(said: dict[str, Any], found: Guess) -> dict[str, Any]:
    """What the NFO says of an episode, else its file's name."""
    season = said.get("season") if said.get("season") is not None else found.season
    number = said.get("episode") if said.get("episode") is not None else found.episode
    name = said.get("name") or found.name or f"Episode {number or ''}".strip()
    merged = {**said, "name": cut(name, 200), "season": season, "episode": number}
    return {**merged, "series": found.series}


def _said(library: Library, path: Path | None) -> tuple[str, dict[str, Any]]:
    if path is None or not path.is_file():
        return "", {}
    try:
        return nfo.read(path)
    except (nfo.NfoError, OSError) as error:
        library.remarks.append(f"{path} is not read: {error}. The file's name is taken instead.")
        return "", {}


def _films(folder: Path) -> Iterator[Path]:
    """Film files by name, without what belongs to others or is hidden."""
    found = 0
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        is_film = path.suffix.lower().lstrip(".") in FILM_ENDINGS and path.is_file()
        is_hidden = any(part.startswith(".") or part.lower() in _BESIDE for part in inside)
        if is_film and not is_hidden and not path.stem.lower().endswith(("-trailer", "-sample")):
            found += 1
            if found > _FILES_MAX:
                return
            yield path


def _show_of(film: Path, folder: Path) -> Path | None:
    """The folder of the series that a file is in."""
    above = [parent for parent in film.parents if parent.is_relative_to(folder)]
    return next((parent for parent in above if (parent / "tvshow.nfo").is_file()), None)


def _beside(film: Path, ending: str, *names: str, endings: Sequence[str] = ("",)) -> Path | None:
    return first_file(film.parent / f"{name}{ending}{more}" for name in names for more in endings)


def _pictures(folder: Path, stem: str = "") -> dict[str, Path]:
    found = {}
    for kind, names in _NAMES.items():
        own = [f"{stem}-{name}" for name in names] if stem else []
        path = first_file(
            folder / f"{name}{ending}" for name in (*own, *names) for ending in _PICTURE_ENDINGS
        )
        if path is not None:
            found[kind] = path
    return found
