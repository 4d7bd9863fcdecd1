"""How films are rated in the world, as ages: what a profile's ceiling is chosen from.

Ages are those that the boards themselves name. Where a board gives advice without an age (PG in
the United States, in Canada and in Australia) it is 8, as the BBFC says it for its own PG; the
American TV-PG is taken with the PG that it shares its wording with.
"""

from collections.abc import Iterable
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from matinee.contracts.identity import MaturityAge
from matinee.contracts.message import Message, Request


class RatingStep(Message):
    """A mark of a rating system, and the age from which it lets somebody watch."""

    name: str
    age: MaturityAge


class RatingSystem(Message):
    """How films are rated somewhere; `territories` are ISO 3166-1 alpha-2."""

    code: str
    name: str
    territories: list[str]
    steps: list[RatingStep]

    @property
    def ages(self) -> dict[str, int]:
        """The age of each mark that a title can have; a step may stand for several marks."""
        return {mark: step.age for step in self.steps for mark in step.name.split(", ")}


def _system(code: str, name: str, territories: str, **ages: int) -> RatingSystem:
    steps = [RatingStep(name=mark, age=age) for mark, age in ages.items()]
    return RatingSystem(code=code, name=name, territories=territories.split(), steps=steps)


# For everywhere else: the years themselves.
YEARS: Final = _system(
    "years", "Years", "", **{"All ages": 0, "6+": 6, "12+": 12, "16+": 16, "18+": 18}
)
SYSTEMS: Final = (
    YEARS,
    _system(
        "fsk", "FSK", "DE", **{"FSK 0": 0, "FSK 6": 6, "FSK 12": 12, "FSK 16": 16, "FSK 18": 18}
    ),
    _system("jmk", "JMK", "AT", **{"0+": 0, "6+": 6, "10+": 10, "12+": 12, "14+": 14, "16+": 16}),
    _system("bbfc", "BBFC", "GB", **{"U": 0, "PG": 8, "12": 12, "15": 15, "18": 18}),
    _system("ifco", "IFCO", "IE", **{"G": 0, "PG": 8, "12A": 12, "15A": 15, "16": 16, "18": 18}),
    _system(
        "us",
        "MPA and TV Parental Guidelines",
        "US",
        **{
            "G, TV-Y, TV-G": 0,
            "TV-Y7": 7,
            "PG, TV-PG": 8,
            "PG-13": 13,
            "TV-14": 14,
            "R, TV-MA": 17,
            "NC-17": 18,
        },
    ),
    _system("chvrs", "CHVRS", "CA", **{"G": 0, "PG": 8, "14A": 14, "18A, R": 18}),
    _system("cnc", "CNC", "FR", **{"Tous publics": 0, "10": 10, "12": 12, "16": 16, "18": 18}),
    _system(
        "kijkwijzer",
        "Kijkwijzer",
        "NL BE",
        **{"AL": 0, "6": 6, "9": 9, "12": 12, "14": 14, "16": 16, "18": 18},
    ),
    _system("icaa", "ICAA", "ES", **{"A": 0, "7": 7, "12": 12, "16": 16, "18": 18}),
    _system("dgca", "DGCA", "IT", **{"T": 0, "6+": 6, "14+": 14, "18+": 18}),
    _system("smr", "Mediemyndigheten", "SE", **{"Barntillåten": 0, "7": 7, "11": 11, "15": 15}),
    _system("mfb", "Medierådet", "DK", **{"A": 0, "7": 7, "11": 11, "15": 15}),
    _system("mt", "Medietilsynet", "NO", **{"A": 0, "6": 6, "9": 9, "12": 12, "15": 15, "18": 18}),
    _system("kavi", "KAVI", "FI", **{"S": 0, "7": 7, "12": 12, "16": 16, "18": 18}),
    _system("acb", "ACB", "AU", **{"G": 0, "PG": 8, "M, MA 15+": 15, "R 18+": 18}),
    _system("eirin", "EIRIN", "JP", **{"G": 0, "PG12": 12, "R15+": 15, "R18+": 18}),
    _system("kmrb", "KMRB", "KR", **{"ALL": 0, "12": 12, "15": 15, "18": 18}),
    _system("cbfc", "CBFC", "IN", **{"U": 0, "UA 7+": 7, "UA 13+": 13, "UA 16+": 16, "A": 18}),
    _system(
        "classind",
        "ClassInd",
        "BR",
        **{"L": 0, "10": 10, "12": 12, "14": 14, "16": 16, "18": 18},
    ),
)
_BY_TERRITORY: Final = {territory: system for system in SYSTEMS for territory in system.territories}
# A title has its age in years without any board.
_BY_CODE: Final = {system.code: system for system in SYSTEMS if system is not YEARS}


def system_of(territory: str) -> RatingSystem:
    """How films are rated in a territory (ISO 3166-1 alpha-2); by years where we know no board."""
    return _BY_TERRITORY.get(territory, YEARS)


class Rating(Request):
    """What a board says of a title; it holds in the territories of its system."""

    system: str = Field(max_length=20, description="The code of a rating system, such as fsk")
    mark: str = Field(max_length=20, description="As the board writes it, such as FSK 12")
    age: MaturityAge | None = Field(
        default=None, description="Follows from the mark; it may be left out"
    )


def known_ratings(ratings: list[Rating]) -> list[Rating]:
    """The ratings, each with its age; ValueError, saying what to do, where one is not known."""
    known: dict[str, Rating] = {}
    for one in ratings:
        system = _BY_CODE.get(one.system)
        if system is None:
            msg = f"there is no rating system {one.system!r}; choose one of {', '.join(_BY_CODE)}"
            raise ValueError(msg)
        age = system.ages.get(one.mark)
        if age is None:
            msg = f"{system.name} has no mark {one.mark!r}; choose one of {', '.join(system.ages)}"
            raise ValueError(msg)
        if one.system in known:
            msg = f"{system.name} is there twice; a title has one mark of each system"
            raise ValueError(msg)
        known[one.system] = one.model_copy(update={"age": age})
    return list(known.values())


KnownRatings = Annotated[list[Rating], Field(max_length=40), AfterValidator(known_ratings)]


def rating_in(ratings: Iterable[Rating], territory: str) -> Rating | None:
    """What the board of a territory says of a title; None where it has said nothing."""
    code = system_of(territory).code
    return next((one for one in ratings if one.system == code), None)


def age_in(maturity_age: int, ratings: Iterable[Rating], territory: str) -> int:
    """From which age a title is fit to be seen there: as its board says, else as anywhere."""
    rating = rating_in(ratings, territory)
    return maturity_age if rating is None or rating.age is None else rating.age
