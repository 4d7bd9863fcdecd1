"""Everything that an experiment may vary, with the bounds within which that is safe.

Each variable belongs to a layer. A profile takes part in one experiment of a layer at most, so no
two experiments ever turn the same thing.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import StrictFloat, StrictInt, StrictStr

from matinee.contracts.message import Message

Layer = Literal["rows", "ranking", "artwork", "player"]
Value = StrictInt | StrictFloat | StrictStr
Settings = dict[str, Value]
"""What a variant turns, by the names of variables; what is left out stays as usual."""


class Variable(Message):
    """Something that can be turned: a number within bounds, or one of some choices.

    `usual` is what holds without an experiment; None where a setting of the service says it.
    """

    name: str
    layer: Layer
    sentence: str
    usual: Value | None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    is_whole: bool = False
    choices: list[str] = []

    def check(self, value: Value) -> None:
        """ValueError, with a sentence on what would be right, unless it may have this value."""
        if self.choices:
            if value not in self.choices:
                raise ValueError(f"{self.name} must be one of: {', '.join(self.choices)}")
            return
        whole = "a whole number" if self.is_whole else "a number"
        low, high = self.low or 0.0, self.high or 0.0
        is_number = isinstance(value, int) or (isinstance(value, float) and not self.is_whole)
        if not is_number or not low <= float(value) <= high:
            raise ValueError(f"{self.name} must be {whole} from {low:g} to {high:g}")


def _number(layer: Layer, name: str, usual: float | None, bounds: str, sentence: str) -> Variable:
    """A variable that is a number; `bounds` reads `low..high` and then its unit."""
    between, _, unit = bounds.partition(" ")
    low, _, high = between.partition("..")
    return Variable(
        name=f"{layer}.{name}",
        layer=layer,
        sentence=sentence,
        usual=usual,
        unit=unit,
        low=float(low),
        high=float(high),
        is_whole=isinstance(usual, int),
    )


def _choice(layer: Layer, name: str, choices: str, sentence: str) -> Variable:
    """A variable that is one of some words, of which the first is usual."""
    words = choices.split()
    full = f"{layer}.{name}"
    return Variable(name=full, layer=layer, sentence=sentence, usual=words[0], choices=words)


_LEFT_OUT = "none because_you_watched top_10 trending new hidden_gems genre mood people"

_ALL = (
    _number("rows", "rows_max", 20, "4..40 rows", "How many rows a page has at most"),
    _number("rows", "cards_max", 20, "6..40 titles", "How many titles a row shows at most"),
    _number(
        *("rows", "because_max", 4, "0..8 rows"),
        "How many rows follow from a title that was watched",
    ),
    _number(
        *("rows", "mix_share", 0.15, "0..1"),
        "How much it counts that a page has the profile's mix of genres, next to its titles' worth",
    ),
    _number(
        *("rows", "variety", 0.2, "0..0.9"),
        "How much it counts within a row that neighbours are not alike",
    ),
    _choice("rows", "left_out", _LEFT_OUT, "A kind of row that pages go without"),
    _choice(
        *("ranking", "order", "learnt alike"),
        "Whether titles are ranked by what was learnt from plays, or by how alike they are to what"
        " was watched",
    ),
    _number(
        *("ranking", "popular_share", 0.2, "0..1"),
        "How much a title's popularity counts next to how alike it is, where nothing is learnt",
    ),
    _number("ranking", "fresh_share", 0.1, "0..1", "How much it counts that a title is new"),
    _number(
        *("ranking", "foreign_share", 0.25, "0..1"),
        "What is left of a title's score in a language that the profile does not speak",
    ),
    _number(
        *("ranking", "passes_to_halve", 3.0, "1..30 times"),
        "How often a title is passed over until half of its score is left",
    ),
    _number(
        *("ranking", "strictness", 0.3, "0..1"),
        "How strictly the row “For you” keeps to the profile's mix of genres",
    ),
    _choice(
        *("artwork", "pictures", "learnt evenly own"),
        "Whether pictures are chosen by what was learnt, as if nothing were, or not at all",
    ),
    _number(
        *("artwork", "pictures_explored", None, "0..0.5"),
        "How often a picture may be another than the one thought best",
    ),
    _choice(
        *("artwork", "hero", "learnt evenly best"),
        "Whether the title that opens a page is chosen by what was learnt, as if nothing were, or"
        " is always the one that suits best",
    ),
    _number(
        *("artwork", "hero_explored", None, "0..0.5"),
        "How often the title that opens a page may be another than the one thought best",
    ),
    _number(
        *("player", "first_share", 0.35, "0.1..0.8"),
        "How much of its own length the first segment may take to come; more starts sharper",
    ),
    _number(
        *("player", "reserve_s", 12.0, "4..24 s"),
        "The buffer below which nothing but the lowest rung is fetched",
    ),
    _number(
        *("player", "ample_s", 30.0, "26..90 s"),
        "The buffer from which on the best rung is fetched",
    ),
    _number(
        *("player", "horizon_s", 240.0, "60..600 s"),
        "The time over which the buffer above the reserve is spent; less climbs quicker",
    ),
    _number(
        *("player", "bandwidth_share", 0.92, "0.5..1"),
        "How much of what a connection gives is counted on",
    ),
    _number(
        *("player", "buffer_goal_s", 60.0, "40..180 s"),
        "How far ahead is fetched on a good connection, in steps of 20 s",
    ),
)

VARIABLES: Mapping[str, Variable] = {one.name: one for one in _ALL}
"""All of them by their names."""


def check_settings(layer: Layer, settings: Settings) -> None:
    """ValueError, with a sentence, unless these are variables of the layer within their bounds."""
    for name, value in settings.items():
        known = VARIABLES.get(name)
        if known is None or known.layer != layer:
            able = ", ".join(one.name for one in _ALL if one.layer == layer)
            raise ValueError(f"{name} cannot be varied here; on this layer: {able}")
        known.check(value)
