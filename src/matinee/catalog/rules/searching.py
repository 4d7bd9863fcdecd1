"""What Studio's search looks through: folded text in which words are found by their letters."""

import unicodedata
from collections.abc import Iterable

WORDS_MAX = 8
# With fewer letters than these an index of three-letter pieces finds only how words begin.
_PIECE = 3


def folded(text: str) -> str:
    """Text without case, accents and needless spaces, the same on both sides of a comparison."""
    # Twice: what folding of cases takes apart (İ) has accents again.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join(
        "".join(letter for letter in plain if unicodedata.category(letter) != "Mn").split()
    )


def search_text(parts: Iterable[str]) -> str:
    """What a title is found by: each part once, with a space before every word."""
    found = dict.fromkeys(folded(part) for part in parts)
    return "".join(f" {part}" for part in found if part)


def search_pieces(query: str) -> list[str]:
    """What must stand in a title's search text for a query to find it.

    Every word does, anywhere; one of fewer than three letters at the beginning of a word.
    """
    words = dict.fromkeys(folded(query).split())
    return [word if len(word) >= _PIECE else f" {word}" for word in words][:WORDS_MAX]
