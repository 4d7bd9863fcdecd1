"""Words as search and similarity see them: folded, split, in any script."""

import re
import unicodedata
from collections.abc import Iterable

# What decomposition leaves alone, and letters that people use for each other.
_LETTERS = {
    "ø": "o",
    "æ": "ae",
    "œ": "oe",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "\u0131": "i",
    "ß": "ss",
    "\u0649": "\u064a",  # Arabic: yeh without its dots, and as Persian writes it
    "\u06cc": "\u064a",
    "\u06a9": "\u0643",  # kaf as Persian writes it
    "\u0629": "\u0647",  # Arabic: the ending of feminine words
    "\u0640": "",  # Arabic: what only stretches a word
    "\u0901": "\u0902",  # Devanagari: the two signs of a nasal
    "\u200c": "",  # joiners that nobody sees
    "\u200d": "",
}
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc`]")
_BLOCKS_OF_ACCENTS = (
    *((0x300, 0x36F), (0x483, 0x487), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF)),  # Latin, Cyrillic
    *((0x591, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F), (0x670, 0x670), (0x6D6, 0x6ED)),  # vowels
    *((0x3099, 0x309A), (0x93C, 0x93C), (0x9BC, 0x9BC), (0xA3C, 0xA3C), (0xABC, 0xABC)),  # dots
)


def _accents() -> Iterable[int]:
    """Marks that people leave out when they type.

    Vowel signs of Indian scripts and of Thai are none: words are made of them.
    """
    for low, high in _BLOCKS_OF_ACCENTS:
        yield from (c for c in range(low, high + 1) if unicodedata.category(chr(c)) == "Mn")


def _marks() -> str:
    """Every sign that belongs to the letter before it, as the inside of a character class."""
    every = (chr(code) for code in range(0x300, 0xD800))
    return "".join(sign for sign in every if unicodedata.category(sign) in {"Mn", "Mc"})


# Katakana stands 96 places behind the same syllable in hiragana.
_KANA = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}
_LETTERS_FOLDED = str.maketrans(_LETTERS)
_PLAIN = {**dict.fromkeys(_accents()), **_KANA, **_LETTERS_FOLDED}
# Scripts without spaces: kana and Chinese characters, Thai and Lao, Burmese, Khmer.
_NO_SPACES = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
_RUNS = re.compile(rf"([{_NO_SPACES}]+)|(?:[^\W_{_NO_SPACES}]|[{_marks()}])+")

WORD_LENGTH_MAX = 40
_TELLING_LENGTH = 3
STOP_WORDS = frozenset(
    {"and", "are", "but", "for", "from", "has", "her", "his", "into", "its", "she", "that", "the"}
    | {"their", "them", "they", "this", "was", "were", "when", "where", "who", "will", "with"}
)


def folded(text: str) -> str:
    """The text without case, accents and apostrophes, in one form of each letter."""
    plain = _APOSTROPHES.sub("", text.casefold()).translate(_LETTERS_FOLDED)
    return unicodedata.normalize("NFKD", plain).translate(_PLAIN).casefold()


def words(text: str) -> list[str]:
    """The folded words of a text, in order.

    What only a dictionary could split, for want of spaces, comes as its overlapping pairs of
    letters (Nie, Gao, Zhang and Zhou 2000): whoever types a part of it types some of them.
    """
    found: list[str] = []
    for run in _RUNS.finditer(folded(text)):
        if run[1] is None:
            found.append(run[0][:WORD_LENGTH_MAX])
        else:
            found.extend(_pairs(run[1]))
    return found


def letters(text: str) -> set[str]:
    """The single letters of what is written without spaces; the first one typed is such."""
    return {letter for run in _RUNS.finditer(folded(text)) for letter in run[1] or ""}


def is_telling(word: str) -> bool:
    """Whether a folded word says something about the text that it stands in."""
    run = _RUNS.match(word)
    solid = run is not None and run[1] is not None
    return (solid or len(word) >= _TELLING_LENGTH) and word not in STOP_WORDS


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


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
