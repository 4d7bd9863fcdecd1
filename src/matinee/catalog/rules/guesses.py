"""What a file is by its name and its folders: a film, an episode of a series, subtitles; no I/O.

A guess that is not sure says why in a sentence, for the person who decides.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from matinee.catalog.rules import extras, file_names
from matinee.catalog.rules.naming import slug_from

FileKind = Literal["film", "episode", "trailer", "extra", "subtitles", "other"]

NAME_LENGTH_MAX = 200
SEASON_MAX, EPISODE_MAX = 1000, 10_000
_SEASON_WORDS = r"season|staffel|saison|temporada|stagione|seizoen|series|sæson|säsong|sezon|kausi"
_EPISODE_WORDS = (
    r"episode|épisode|episodio|episódio|folge|aflevering|afsnit|avsnitt|odcinek|jakso|ep"
)
_SEASON_FOLDER = re.compile(rf"(?i)^(?:(?:{_SEASON_WORDS})[ .]?|s)(\d{{1,3}})(?!\d)")
_SPECIALS_FOLDER = re.compile(r"(?i)^(?:specials?|season 0+|s0+)$")
# Marks in the order in which they are believed: S01E02, 1x02, "Season 1 Episode 2".
_MARKS = (
    re.compile(
        r"(?i)(?<![^\W_])s(\d{1,3})[ .]?e(\d{1,4})(?P<more>(?:[ .]?-?[ .]?e\d{1,4})*)(?!\d)"
    ),
    re.compile(r"(?i)(?<![^\W_])(\d{1,2})x(\d{2,3})(?P<more>(?:-\d{1,2}x?\d{2,3})*)(?![^\W_])"),
    re.compile(
        rf"(?i)(?<![^\W_])(?:{_SEASON_WORDS}) ?(\d{{1,3}})[ ,.-]*(?:{_EPISODE_WORDS}) ?(\d{{1,4}})"
        r"(?P<more>)(?!\d)"
    ),
)
# What counts only in a season's folder: "Episode 2", "E02", "02 - Name".
_MARKS_IN_SEASON = (
    re.compile(rf"(?i)(?<![^\W_])(?:{_EPISODE_WORDS}|e) ?(\d{{1,4}})(?!\d)"),
    re.compile(r"^(\d{1,3})(?=$|[ .]*[-\u2013.]|\s)"),
)
_HIDDEN = re.compile(r"^(?:\.|@eadir$|__macosx$|\$recycle\.bin$|lost\+found$)", re.IGNORECASE)
_UNFINISHED = frozenset({"part", "crdownload", "partial", "tmp", "!ut"})
_SAMPLE = re.compile(r"(?i)(?<![^\W_])sample(?![^\W_])")
_WHOSE = "It seems to be a trailer or an extra. Say of which title."
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[a-z0-9]{2,8})?$", re.IGNORECASE)
_ASIDES = frozenset({"forced", "sdh", "cc", "hi", "default", "foreign"})
_FORCED = frozenset({"forced", "foreign"})


@dataclass(frozen=True)
class Guess:
    """What a file is taken for; `doubt` is empty where nobody need look."""

    path: str
    kind: FileKind
    name: str = ""
    year: int | None = None
    series: str = ""
    season: int | None = None
    episode: int | None = None
    # Of subtitles: a BCP 47 tag, empty where the name does not say.
    language: str = ""
    forced: bool = False
    # Of subtitles: the path of their film without its ending.
    beside: str = ""
    # Of trailers and extras: the film or series on whose page they stand, whose year `year` is.
    belongs_to: str = ""
    doubt: str = ""


class _Mark(NamedTuple):
    """Where a name says season and episode."""

    season: int
    episode: int
    before: str
    behind: str
    has_more: bool


def guess(path: str, year_last: int) -> Guess:
    """What the file at a relative path, with forward slashes, is by its name."""
    parts = [part for part in path.replace("\\", "/").split("/") if part and part != "."]
    if not parts or any(_HIDDEN.match(part) for part in parts):
        return Guess(path, "other", doubt="A hidden file of a system or a program.")
    file, folders = PurePosixPath(parts[-1]), parts[:-1]
    ending = file.suffix.lower().removeprefix(".")
    if ending in file_names.SUBTITLE_ENDINGS:
        return _subtitles(path, folders, file.stem)
    if ending in _UNFINISHED:
        return Guess(path, "other", doubt="Somebody is still writing it.")
    if ending not in file_names.FILM_ENDINGS:
        return Guess(path, "other", doubt="Its name does not end like a film's.")
    found = _beside_a_title(path, folders, file.stem, year_last)
    if found is None:
        found = _episode(path, folders, file.stem, year_last)
    if found is None:
        found = _film(path, folders, file.stem, year_last)
    return _doubted(found, folders, file.stem)


def guesses(paths: Sequence[str], year_last: int) -> list[Guess]:
    """What each of some files is; two that say the same are both doubted."""
    found = [guess(path, year_last) for path in paths]
    counts = Counter(same for one in found if (same := _identity(one)) is not None)
    return [
        replace(one, doubt=one.doubt or "Another file here says that it is the same.")
        if (same := _identity(one)) is not None and counts[same] > 1
        else one
        for one in found
    ]


def subtitles_of(film: Guess, among: Iterable[Guess]) -> list[Guess]:
    """The subtitle files that lie beside a film and are named after it."""
    stem = film.path.rpartition(".")[0]
    return [one for one in among if one.kind == "subtitles" and one.beside == stem]


def _identity(one: Guess) -> tuple[object, ...] | None:
    if one.kind == "episode":
        return slug_from(one.series), one.season, one.episode
    return (slug_from(one.name), one.year) if one.kind == "film" else None


def _episode(path: str, folders: Sequence[str], stem: str, year_last: int) -> Guess | None:
    text = file_names.spaced(stem)
    season = _season_of(folders)
    mark = _mark(text, season)
    if mark is None:
        return None
    above = [one for one in folders if _season_in(one) is None]
    named = above[-1] if above and season is not None else mark.before or (above or [""])[-1]
    series = file_names.dated(file_names.spaced(named), year_last)
    name = file_names.before_marks(mark.behind) if _says_more(mark.behind) else ""
    doubt = ""
    if not series.name:
        doubt = "Its name does not say which series it is of."
    elif mark.has_more:
        doubt = "It seems to hold several episodes. Cut it, or choose the first one."
    return Guess(
        path,
        "episode",
        name=_cut(name),
        year=series.year,
        series=_cut(series.name),
        season=mark.season,
        episode=mark.episode,
        doubt=doubt,
    )


def _mark(text: str, season: int | None) -> _Mark | None:
    for mark in _MARKS:
        if (found := mark.search(text)) is not None:
            return _marked(text, found, int(found[1]), int(found[2]), has_more=bool(found["more"]))
    for mark in _MARKS_IN_SEASON if season is not None else ():
        if (found := mark.search(text)) is not None:
            return _marked(text, found, season or 0, int(found[1]), has_more=False)
    return None


def _marked(
    text: str, found: re.Match[str], season: int, episode: int, *, has_more: bool
) -> _Mark | None:
    if season > SEASON_MAX or episode > EPISODE_MAX:
        return None
    before = file_names.trimmed(text[: found.start()])
    return _Mark(season, episode, before, text[found.end() :], has_more)


def _says_more(behind: str) -> bool:
    """Whether what follows a mark begins with a name and not with how the file was made."""
    head = file_names.before_marks(behind)
    return bool(head) and len(file_names.before_marks(f"x {behind}")) > 1


def _season_of(folders: Sequence[str]) -> int | None:
    return _season_in(folders[-1]) if folders else None


def _season_in(folder: str) -> int | None:
    text = file_names.spaced(folder)
    if _SPECIALS_FOLDER.match(text):
        return 0
    found = _SEASON_FOLDER.match(text)
    return None if found is None else int(found[1])


def _film(path: str, folders: Sequence[str], stem: str, year_last: int) -> Guess:
    found = file_names.dated(file_names.spaced(stem), year_last)
    if folders and found.year is None:
        # A film in a folder of its own is often named in full only there.
        whole = file_names.dated(file_names.spaced(folders[-1]), year_last)
        if whole.year is not None and whole.certain:
            found = whole
    doubt = ""
    if not found.certain:
        doubt = f"Is {found.year} the year, or a part of the name?"
    elif not any(map(str.isalnum, found.name)):
        doubt = "Its name does not say what film it is."
    return Guess(path, "film", name=_cut(found.name) or "Untitled", year=found.year, doubt=doubt)


def _doubted(found: Guess, folders: Sequence[str], stem: str) -> Guess:
    if found.doubt:
        return found
    if _SAMPLE.search(stem) or (folders and _SAMPLE.fullmatch(folders[-1])):
        return replace(found, doubt="It seems to be a sample of a film.")
    return found


def _beside_a_title(path: str, folders: Sequence[str], stem: str, year_last: int) -> Guess | None:
    """A trailer or an extra, by its name or its folder; a person says whether it is."""
    told = extras.told(folders, file_names.spaced(stem))
    if told is None:
        return None
    owner = file_names.dated(file_names.spaced(told.owner), year_last)
    what = "a trailer" if told.kind == "trailer" else "an extra"
    return Guess(
        path,
        told.kind,
        name=_cut(told.name),
        year=owner.year,
        belongs_to=_cut(owner.name),
        doubt=f"It seems to be {what} of {owner.name}." if owner.name else _WHOSE,
    )


def _subtitles(path: str, folders: Sequence[str], stem: str) -> Guess:
    words, language, forced = stem.split("."), "", False
    while len(words) > 1:
        last = words[-1].lower()
        if last in _ASIDES:
            forced = forced or last in _FORCED
        elif not language and _LANGUAGE.match(last):
            language = _tag(words[-1])
        else:
            break
        words.pop()
    return Guess(
        path,
        "subtitles",
        name=_cut(stem),
        language=language,
        forced=forced,
        beside="/".join([*folders, ".".join(words)]),
        doubt="" if language else "Its name does not say which language it is in.",
    )


def _tag(text: str) -> str:
    """A BCP 47 tag as it is written: the language small, a region large (RFC 5646, 2.1.1)."""
    language, _, rest = text.partition("-")
    region = rest.upper() if len(rest) == 2 else rest.title()  # noqa: PLR2004 - letters of a region
    return "-".join(part for part in (language.lower(), region) if part)


def _cut(name: str) -> str:
    return name[:NAME_LENGTH_MAX].strip()
