"""Genres, moods and keywords: what they are called in several languages."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from matinee.contracts.catalog.texts import lookup
from matinee.contracts.catalog.words import Label
from matinee.contracts.identity import Language
from matinee.contracts.message import Message, Request
from matinee.kernel.events import Event

LABELS_MAX = 5_000
LabelKind = Literal["genre", "mood", "keyword"]
InLanguage = Mapping[tuple[LabelKind, str], str]
"""What labels are called in one language, by kind and folded label."""


class LabelName(Request):
    """What a label is called in one language."""

    language: Annotated[Language, Field(max_length=35)] = Field(description="BCP 47 tag")
    name: Label


def _each_language_once(names: list[LabelName]) -> list[LabelName]:
    tags = [one.language.lower() for one in names]
    twice = next((tag for tag in tags if tags.count(tag) > 1), None)
    if twice is not None:
        msg = f"the language {twice} is there twice; leave out the second one"
        raise ValueError(msg)
    return names


class LabelNames(Request):
    """A genre, mood or keyword, however it is written, and what it is called elsewhere."""

    kind: LabelKind
    label: Label
    names: Annotated[list[LabelName], Field(max_length=60), AfterValidator(_each_language_once)]


class LabelsChanged(Event):
    """catalog: what genres, moods and keywords are called in other languages, all of them."""

    type: ClassVar[str] = "labels.changed"
    labels: list[LabelNames]


class LabelUse(LabelNames):
    """A label that titles have, or that has names."""

    titles: int = Field(description="How many have it")


class LabelUses(Message):
    """The labels of a kind, those of most titles first."""

    labels: list[LabelUse]


def labels_in(labels: Iterable[LabelNames], language: str) -> dict[tuple[LabelKind, str], str]:
    """What labels are called by somebody who reads a language (BCP 47); others are left out."""
    found = {}
    for one in labels:
        by_tag = {name.language: name.name for name in one.names}
        tag = lookup(by_tag, language) if language else None
        if tag is not None:
            found[one.kind, one.label.casefold()] = by_tag[tag]
    return found


def named(kind: LabelKind, labels: Sequence[str], known: InLanguage) -> list[str]:
    """Labels as they are called in a language; as they are written where nobody said."""
    return [known.get((kind, label.casefold()), label) for label in labels]
