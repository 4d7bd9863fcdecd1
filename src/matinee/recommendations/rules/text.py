"""Words as search and similarity see them: folded, split, in any script."""

import re
import unicodedata

# What decomposition leaves alone.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
        "ß": "ss",
    }
)
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc`]")
# Scripts without spaces are taken letter by letter, since only a dictionary could split them.
_NO_SPACES = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f"
_WORDS = re.compile(rf"[{_NO_SPACES}]|[^\W_{_NO_SPACES}]+")

WORD_LENGTH_MAX = 40
STOP_WORDS = frozenset(
    {"and", "are", "but", "for", "from", "has", "her", "his", "into", "its", "she", "that", "the"}
    | {"their", "them", "they", "this", "was", "were", "when", "where", "who", "will", "with"}
)


def folded(text: str) -> str:
    """The text without case, accents and apostrophes."""
    plain = _APOSTROPHES.sub("", text.casefold()).translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return [word[:WORD_LENGTH_MAX] for word in _WORDS.findall(folded(text))]


def trigrams(word: str) -> set[str]:
    """The three-letter pieces of a word with its beginning and end marked."""
    padded = f"  {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def edits_within(one: str, other: str, limit: int) -> int | None:
    """How many letters must be changed, left out, added or swapped; None if more than `limit`.

    Optimal string alignment (Damerau 1964; Boytsov 2011, section 2.1), bounded.
    """
    if abs(len(one) - len(other)) > limit:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, rival in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != rival))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == rival:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return None
    return row[-1] if row[-1] <= limit else None
