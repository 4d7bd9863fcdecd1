"""A title's words in several languages, and which of them somebody reads."""

from collections.abc import Iterable
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field, StringConstraints

from matinee.contracts.identity import Language
from matinee.contracts.message import Message, Request


class TitleText(Request):
    """A title's words in one language; what is empty is said in the title's own words."""

    language: Language = Field(description="BCP 47 tag")
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    tagline: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)] = ""


class LocalArtwork(Message):
    """Pictures of a title for one language; None where the title's own are shown."""

    language: str = Field(description="BCP 47 tag")
    poster: str | None = None
    backdrop: str | None = None


class Words(NamedTuple):
    """What a title is called and said to be."""

    name: str
    tagline: str
    description: str


def _each_language_once(texts: list[TitleText]) -> list[TitleText]:
    tags = [one.language.lower() for one in texts]
    twice = next((tag for tag in tags if tags.count(tag) > 1), None)
    if twice is not None:
        msg = f"the language {twice} is there twice; put its words into one entry"
        raise ValueError(msg)
    return texts


TitleTexts = Annotated[list[TitleText], Field(max_length=60), AfterValidator(_each_language_once)]


def lookup(tags: Iterable[str], wanted: str) -> str | None:
    """Which of some BCP 47 tags somebody reads who wants a language; None for none.

    The wanted tag, then what is left of it as its subtags are taken away from the end (RFC 4647,
    section 3.4); then any of the same language, since Brazilian Portuguese is nearer to a
    Portuguese reader than what the title is called elsewhere.
    """
    known = {tag.lower(): tag for tag in tags}
    subtags = wanted.lower().split("-")
    while subtags:
        tag = "-".join(subtags)
        if tag in known:
            return known[tag]
        subtags.pop()
        # A single letter only introduces what came after it.
        if subtags and len(subtags[-1]) == 1:
            subtags.pop()
    primary = wanted.lower().partition("-")[0]
    return next((tag for low, tag in known.items() if low.partition("-")[0] == primary), None)


def words_in(own: Words, texts: Iterable[TitleText], wanted: str) -> Words:
    """A title's words as somebody reads them who wants a language; its own where there are none."""
    by_tag = {one.language: one for one in texts}
    tag = lookup(by_tag, wanted)
    if tag is None:
        return own
    found = by_tag[tag]
    return Words(
        found.name or own.name,
        found.tagline or own.tagline,
        found.description or own.description,
    )
