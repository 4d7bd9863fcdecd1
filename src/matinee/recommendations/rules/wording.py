"""Cards as somebody reads them: in their language, with the rating of the board where they are."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from matinee.contracts.catalog import Artwork, LocalArtwork, Words, lookup, words_in
from matinee.contracts.ratings import rating_in, system_of
from matinee.contracts.recommendations import Card, HomePage
from matinee.recommendations.rules.catalogue import Catalogue, Item

# Languages and boards that are kept ready at once; more are worked out anew.
_WORDINGS_MAX = 64
_CARDS_KEPT_MAX = 20_000

Changes = dict[str, object]


class Wording:
    """What differs for one language and one board from what the catalogue says everywhere."""

    def __init__(self, items: Iterable[Item], language: str, territory: str) -> None:
        self._changes: dict[UUID, Changes] = {}
        self._descriptions: dict[UUID, str] = {}
        for item in items:
            words = _words(item, language)
            changes = _changes(item, words, territory) | _pictures(item, language)
            if changes or words.description != item.description:
                self._changes[item.id] = changes
                self._descriptions[item.id] = words.description
        # By the card's identity, so that what was written of it stays right; the card is kept
        # along, so that no other can take its place.
        self._cards: dict[int, tuple[Card, Card]] = {}

    def page(self, page: HomePage) -> HomePage:
        """The page as they read it."""
        if not self._changes:
            return page
        rows = [row.model_copy(update={"cards": self.cards(row.cards)}) for row in page.rows]
        hero = page.hero
        if hero is not None:
            said = self._descriptions.get(hero.card.id, hero.description)
            hero = hero.model_copy(update={"card": self._card(hero.card), "description": said})
        return page.model_copy(update={"rows": rows, "hero": hero})

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
        lasting = card.progress is None and not (card.available_from or card.available_until)
        if lasting and len(self._cards) < _CARDS_KEPT_MAX:
            self._cards[id(card)] = (card, worded)
        return worded


class Wordings:
    """The wordings of one catalogue, each worked out when somebody first reads in it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._items = [
            item for item in catalogue.items if item.texts or item.ratings or item.local_artwork
        ]
        self._made: dict[tuple[str, str], Wording] = {}

    def of(self, language: str, territory: str) -> Wording:
        """The wording for a profile's language (BCP 47) where it is (ISO 3166-1 alpha-2)."""
        which = language.lower(), system_of(territory).code
        made = self._made.get(which)
        if made is None:
            made = Wording(self._items, language, territory)
            if len(self._made) < _WORDINGS_MAX:
                self._made[which] = made
        return made


def _changes(item: Item, words: Words, territory: str) -> Changes:
    rating = rating_in(item.ratings, territory)
    wanted: Changes = {"name": words.name, "tagline": words.tagline}
    if rating is not None and rating.age is not None:
        wanted |= {"maturity_age": rating.age, "mark": rating.mark}
    return {name: value for name, value in wanted.items() if getattr(item.card, name) != value}


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
