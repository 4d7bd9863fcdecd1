"""Cards as somebody reads them: in their language, with the rating of the board where they are."""

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from matinee.contracts.catalog import Artwork, LocalArtwork, Words, lookup, words_in
from matinee.contracts.catalog.labels import (
    InLanguage,
    LabelKind,
    LabelNames,
    labels_in,
    named,
)
from matinee.contracts.ratings import rating_in, system_of
from matinee.contracts.recommendations import Card, HomePage, Row
from matinee.recommendations.rules.catalogue import Catalogue, Item

# Languages and boards that are kept ready at once; more are worked out anew.
_WORDINGS_MAX = 64
_CARDS_KEPT_MAX = 20_000

Changes = dict[str, object]
SearchKind = Literal["person", "genre", "mood"]
NO_LABELS: InLanguage = MappingProxyType({})


class Wording:
    """What differs for one language and one board from what the catalogue says everywhere."""

    def __init__(
        self, items: Iterable[Item], language: str, territory: str, labels: InLanguage = NO_LABELS
    ) -> None:
        self._labels = labels
        self._changes: dict[UUID, Changes] = {}
        self._descriptions: dict[UUID, str] = {}
        for item in items:
            words = _words(item, language)
            changes = _changes(item, words, territory) | _pictures(item, language)
            changes |= _genres(item, labels)
            if changes or words.description != item.description:
                self._changes[item.id] = changes
                self._descriptions[item.id] = words.description
        # By the card's identity, so that what was written of it stays right; the card is kept
        # along, so that no other can take its place.
        self._cards: dict[int, tuple[Card, Card]] = {}

    def page(self, page: HomePage) -> HomePage:
        """The page as they read it."""
        if not self._changes and not self._labels:
            return page
        rows = [
            row.model_copy(update={"cards": self.cards(row.cards), "name": self._row_name(row)})
            for row in page.rows
        ]
        hero = page.hero
        if hero is not None:
            said = self._descriptions.get(hero.card.id, hero.description)
            hero = hero.model_copy(update={"card": self._card(hero.card), "description": said})
        return page.model_copy(update={"rows": rows, "hero": hero})

    def label(self, kind: SearchKind, name: str) -> str:
        """A genre or mood as they read it; a person's name as it is."""
        return name if kind == "person" else self._labels.get((kind, name.casefold()), name)

    def _row_name(self, row: Row) -> str:
        """Rows of genres and moods are named after them; their ids end in the folded label."""
        if row.kind in {"genre", "mood"}:
            kind: LabelKind = "genre" if row.kind == "genre" else "mood"
            return self._labels.get((kind, row.id.partition(":")[2]), row.name)
        return row.name

    def cards(self, cards: Sequence[Card]) -> list[Card]:
        """Some cards as they read them."""
        return [self._card(card) for card in cards] if self._changes else list(cards)

    def _card(self, card: Card) -> Card:
        changes = self._changes.get(card.id)
        if not changes:
            return card
        kept = self._cards.get(id(card))
        if kept is not None:
            return kept[1]
        worded = card.model_copy(update=_with_pictures(card, changes))
        # A card with a position or a date is one profile's or one day's.
        lasting = card.progress is None and not (
            card.available_from or card.available_until or card.on_offer
        )
        if lasting and len(self._cards) < _CARDS_KEPT_MAX:
            self._cards[id(card)] = (card, worded)
        return worded


class Wordings:
    """The wordings of one catalogue, each worked out when somebody first reads in it."""

    def __init__(self, catalogue: Catalogue, labels: Sequence[LabelNames] = ()) -> None:
        self._labels = labels
        items = (*catalogue.items, *(one.item for one in catalogue.collections))
        self._items = [
            item for item in items if labels or item.texts or item.ratings or item.local_artwork
        ]
        self._made: dict[tuple[str, str], Wording] = {}

    def of(self, language: str, territory: str) -> Wording:
        """The wording for a profile's language (BCP 47) where it is (ISO 3166-1 alpha-2)."""
        which = language.lower(), system_of(territory).code
        made = self._made.get(which)
        if made is None:
            labels = labels_in(self._labels, language)
            made = Wording(self._items, language, territory, labels)
            if len(self._made) < _WORDINGS_MAX:
                self._made[which] = made
        return made


def _changes(item: Item, words: Words, territory: str) -> Changes:
    rating = rating_in(item.ratings, territory)
    wanted: Changes = {"name": words.name, "tagline": words.tagline}
    if rating is not None and rating.age is not None:
        wanted |= {"maturity_age": rating.age, "mark": rating.mark}
    return {name: value for name, value in wanted.items() if getattr(item.card, name) != value}


def _genres(item: Item, labels: InLanguage) -> Changes:
    genres = named("genre", item.card.genres, labels) if labels else item.card.genres
    return {"genres": genres} if genres != item.card.genres else {}


def _pictures(item: Item, language: str) -> Changes:
    by_tag = {one.language: one for one in item.local_artwork}
    tag = lookup(by_tag, language) if language else None
    return {"artwork": by_tag[tag]} if tag else {}


def _words(item: Item, language: str) -> Words:
    own = Words(item.card.name, item.card.tagline, item.description)
    return words_in(own, item.texts, language) if language else own


def _with_pictures(card: Card, changes: Changes) -> Changes:
    """The changes with a language's pictures put over those that the card is shown with."""
    local = changes.get("artwork")
    if not isinstance(local, LocalArtwork):
        return changes
    shown = card.artwork
    artwork = Artwork(
        poster=local.poster or shown.poster,
        backdrop=local.backdrop or shown.backdrop,
        poster_is_still=shown.poster_is_still and local.poster is None,
    )
    return {**changes, "artwork": artwork}
