"""Cards of titles: their words, pictures and rating as a viewer is shown them."""

from collections.abc import Mapping

from matinee.catalog.models import Title
from matinee.catalog.queries.rows import package_of
from matinee.catalog.queries.viewers import Viewer
from matinee.contracts import catalog as messages
from matinee.contracts.ratings import Rating, age_in, rating_in


def card_of(row: Title, viewer: Viewer) -> messages.TitleCard:
    """What a shelf shows of a title."""
    return messages.TitleCard.model_validate(card_fields(row, viewer))


def card_fields(row: Title, viewer: Viewer) -> dict[str, object]:
    """The fields of a title's card."""
    package = package_of(row)
    words = words_of(row, viewer)
    ratings = ratings_of(row)
    board = rating_in(ratings, viewer.country) if viewer.vantage else None
    return {
        "id": row.pk,
        "slug": row.slug,
        "kind": row.kind,
        "name": words.name,
        "tagline": words.tagline,
        "year": row.year,
        "maturity_age": age_in(row.maturity_age, ratings, viewer.country)
        if viewer.vantage
        else row.maturity_age,
        "mark": board.mark if board else "",
        "duration_s": package.duration_s if package else None,
        "genres": viewer.reads("genre", row.genres),
        "artwork": _artwork(row, viewer),
    }


def words_of(row: Title, viewer: Viewer) -> messages.Words:
    """What a title is called and said to be, in the viewer's language where it is known."""
    own = messages.Words(row.name, row.tagline, row.description)
    return messages.words_in(own, texts_of(row), viewer.language) if viewer.language else own


def texts_of(row: Title) -> list[messages.TitleText]:
    """A title's words in other languages."""
    return [messages.TitleText.model_construct(**one) for one in row.texts]


def ratings_of(row: Title) -> list[Rating]:
    """What boards say of a title."""
    return [
        Rating.model_construct(system=system, mark=one["mark"], age=one["age"])
        for system, one in row.ratings.items()
    ]


def local_artwork_of(row: Title) -> list[messages.LocalArtwork]:
    """A title's pictures for one language, each under its tag."""
    return [
        messages.LocalArtwork(
            language=language,
            poster=artwork_url(keys.get("poster", "")),
            backdrop=artwork_url(keys.get("backdrop", "")),
        )
        for language, keys in row.local_artwork.items()
    ]


def artwork_url(key: str) -> str | None:
    """Where the edge serves a picture of the media store; None for none."""
    return f"/{key}" if key else None


def _artwork(row: Title, viewer: Viewer) -> messages.Artwork:
    tag = messages.lookup(row.local_artwork, viewer.language) if viewer.language else None
    local: Mapping[str, str] = row.local_artwork[tag] if tag else {}
    return messages.Artwork(
        poster=artwork_url(local.get("poster") or row.poster_key),
        backdrop=artwork_url(local.get("backdrop") or row.backdrop_key),
        poster_is_still=bool(row.poster_key) and not row.poster_chosen and not local.get("poster"),
    )
