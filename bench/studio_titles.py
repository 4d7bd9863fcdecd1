"""A catalogue of many titles, written straight into the database; a seed says what is in it.

Of a hundred titles 55 are films, 30 episodes of the last series, 10 trailers, 3 series and 2
collections. Importable only once Django is set up.
"""

import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from matinee.catalog import rules
from matinee.catalog.models import CollectionEntry, Credit, Package, Person, Title
from matinee.kernel import clock, ids
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.tokens import Caller

_BATCH = 2_000
_KINDS = ["film"] * 55 + ["episode"] * 30 + ["trailer"] * 10 + ["series"] * 3 + ["collection"] * 2
_ROLES = ("director", "writer", "cast", "cast", "cast", "composer")
_PEOPLE = 5_000
_EPISODES_A_SEASON = 10
_SYLLABLES = (
    *("ka", "lo", "mer", "sten", "vi", "nor", "tal", "is", "bre", "da", "un", "gar", "sol", "fe"),
    *("rin", "ost", "ber", "mal", "qui", "za", "hol", "dra", "pen", "tri", "wes", "cor", "lum"),
)


def fill(count: int) -> tuple[list[UUID], list[str]]:
    """Write so many titles; their ids, and some of their names."""
    chance = random.Random(8)  # noqa: S311 - not for secrets
    people = [Person(name=f"{_name(chance, 2)} {n}") for n in range(_PEOPLE)]
    Person._default_manager.bulk_create(people, batch_size=_BATCH)
    rows = list(_titles(chance, count))
    for start in range(0, count, _BATCH):
        some = rows[start : start + _BATCH]
        Title._default_manager.bulk_create(some)
        Credit._default_manager.bulk_create(
            [one for row in some for one in _credits(row, chance.sample(people, len(_ROLES)))]
        )
        Package._default_manager.bulk_create(
            [_package(row) for row in some if row.kind in {"film", "episode", "trailer"}]
        )
    _fill_collections(chance, rows)
    names = [row.name for row in chance.sample(rows, min(count, 2_000))]
    return [row.pk for row in rows], names


def token_of_an_editor() -> str:
    """An access token with which titles may be edited."""
    who = Caller(account_id=ids.uuid7(), session_id=ids.uuid7(), roles=frozenset({"editor"}))
    return access_tokens().issue(who)[0]


def _titles(chance: random.Random, count: int) -> Iterator[Title]:
    series: Title | None = None
    owner: Title | None = None
    episode = 0
    for number in range(count):
        kind = _KINDS[chance.randrange(len(_KINDS))]
        if (kind == "episode" and series is None) or (kind == "trailer" and owner is None):
            kind = "series" if kind == "episode" else "film"
        row = _title(chance, number, kind)
        if kind == "series":
            series, episode = row, 0
        elif kind == "episode":
            row.series, row.season = series, 1 + episode // _EPISODES_A_SEASON
            row.episode = 1 + episode % _EPISODES_A_SEASON
            episode += 1
        elif kind == "trailer":
            row.belongs_to = owner
        elif kind == "film":
            owner = row
        yield row


def _title(chance: random.Random, number: int, kind: str) -> Title:
    name = f"{_name(chance, 2)} {_name(chance, 3)}"
    texts = [
        {"language": tag, "name": _name(chance, 4), "tagline": "", "description": ""}
        for tag in chance.sample(["de", "fr", "ja", "pt-BR"], 2)
    ]
    slug = f"{rules.slug_from(name)}-{number}"
    return Title(
        kind=kind,
        slug=slug,
        name=name,
        tagline="A line that makes people curious.",
        description="A paragraph of what it is about. " * 12,
        year=1920 + chance.randrange(106),
        maturity_age=chance.choice([0, 6, 12, 16]),
        language="en",
        genres=chance.sample(["Drama", "Comedy", "Crime", "Family", "Nature"], 2),
        moods=["Quiet"],
        texts=texts,
        ratings={"fsk": {"mark": "FSK 12", "age": 12}},
        search_text=rules.search_text([name, *(str(text["name"]) for text in texts), slug]),
        status="published" if chance.random() < 0.9 else "draft",  # noqa: PLR2004 - nine of ten
        published_at=clock.now(),
    )


def _credits(row: Title, people: list[Person]) -> list[Credit]:
    return [
        Credit(title=row, person=person, role=role, position=position)
        for position, (person, role) in enumerate(zip(people, _ROLES, strict=True))
    ]


def _package(row: Title) -> Package:
    tracks: list[Any] = [{"language": "en", "label": "English"}]
    return Package(
        title=row,
        encode_id=ids.uuid7(),
        complete=True,
        occurred_at=clock.now(),
        prefix=f"packages/{row.pk}",
        duration_s=5400.0,
        height=1080,
        audio=tracks,
        subtitles=tracks,
        stills=[],
    )


def _fill_collections(chance: random.Random, rows: list[Title]) -> None:
    films = [row for row in rows if row.kind == "film"]
    holding = [row for row in rows if row.kind == "collection"]
    CollectionEntry._default_manager.bulk_create(
        [
            CollectionEntry(collection=row, title=film, position=position)
            for row in holding
            for position, film in enumerate(chance.sample(films, min(10, len(films))))
        ],
        batch_size=_BATCH,
    )


def _name(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(syllables)).capitalize()
