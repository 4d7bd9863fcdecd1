"""How films are rated in the world, as ages: what a profile's ceiling is chosen from.

Ages are those that the boards themselves name. Where a board gives advice without an age (PG in
the United States, in Canada and in Australia) it is 8, as the BBFC says it for its own PG; the
American TV-PG is taken with the PG that it shares its wording with.
"""

from typing import Final

from matinee.contracts.profiles import RatingStep, RatingSystem


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


def system_of(territory: str) -> RatingSystem:
    """How films are rated in a territory (ISO 3166-1 alpha-2); by years where we know no board."""
    return _BY_TERRITORY.get(territory, YEARS)
