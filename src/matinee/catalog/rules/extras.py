"""Which files are trailers and extras of a title, by habits that media servers share; no I/O.

A word at the end of the name (`Metropolis (1927)-trailer.mkv`), or a folder beside the film
(`Metropolis (1927)/trailers/First look.mkv`).
"""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

_TRAILERS = frozenset({"trailer", "trailers", "teaser", "teasers"})
_WORDS = {
    "trailer": "Trailer",
    "teaser": "Teaser",
    "featurette": "Featurette",
    "behindthescenes": "Behind the scenes",
    "deleted": "Deleted scene",
    "deletedscene": "Deleted scene",
    "interview": "Interview",
    "scene": "Scene",
    "extra": "Extra",
}
# "Short" ends names of films as well; only a dash before it says that it is an extra.
_SUFFIX = re.compile(
    rf"(?i)^(?P<owner>.*\S) ?[-\u2013] ?(?P<word>{'|'.join(_WORDS)}|short) ?(\d*)$"
)
_SPACED = re.compile(r"(?i)^(?P<owner>.*[^\s-]) (?P<word>trailer|teaser)(?: ?\d+)?$")
_FOLDER = re.compile(
    r"(?i)^(?:trailers?|teasers?|extras?|featurettes?|behind the scenes|deleted scenes|interviews"
    r"|scenes|shorts|bonus)$"
)
_SEASON = re.compile(r"(?i)^(?:season|staffel|s) ?\d+$")


class Told(NamedTuple):
    """What a file says of itself; `owner` is what is left that may name its title."""

    kind: Literal["trailer", "extra"]
    name: str
    owner: str


def told(folders: Sequence[str], stem: str) -> Told | None:
    """What a file in some folders is beside a title; None where nothing says that it is."""
    found = _SUFFIX.match(stem) or _SPACED.match(stem)
    place = next((at for at, folder in enumerate(folders) if _FOLDER.match(folder)), None)
    if found is not None:
        word = found["word"].lower()
        return Told(_kind(word), _WORDS.get(word, "Short"), found["owner"])
    if stem.lower() in _WORDS and folders and place is None:
        return Told(_kind(stem.lower()), _WORDS[stem.lower()], _owner(folders))
    if place is None:
        return None
    return Told(_kind(folders[place].lower()), stem, _owner(folders[:place]))


def _owner(folders: Sequence[str]) -> str:
    """The last folder that is no season's."""
    return next((one for one in reversed(folders) if not _SEASON.match(one)), "")


def _kind(word: str) -> Literal["trailer", "extra"]:
    return "trailer" if word in _TRAILERS else "extra"
