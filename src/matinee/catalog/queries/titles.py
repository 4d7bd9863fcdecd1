"""Titles as viewers see them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q

from matinee.catalog import rules
from matinee.catalog.models import CollectionEntry, Title, TitleWindow
from matinee.catalog.queries import cards
from matinee.catalog.queries.beside import beside_of
from matinee.catalog.queries.people import credits_of
from matinee.catalog.queries.rights import covering, covering_paid
from matinee.catalog.queries.rows import coming_to, package_of, seen_by, unknown_title
from matinee.catalog.queries.viewers import Viewer
from matinee.contracts import catalog as messages
from matinee.contracts.playback import TrackInfo
from matinee.kernel import clock

IDS_MAX = 100
_IN_FAMILIES = ("series", "episode")


def title_by(id_or_slug: str, viewer: Viewer) -> messages.Title:
    """The title with this id or slug; NotFound if there is none for this viewer."""
    wanted = Q(pk=id_or_slug) if rules.is_id(id_or_slug) else Q(slug=id_or_slug)
    row = seen_by(viewer).filter(wanted).first() or coming_to(viewer).filter(wanted).first()
    if row is None:
        raise unknown_title()
    return page_of(row, viewer).model_copy(update=_moments(row, viewer))


def page_of(row: Title, viewer: Viewer) -> messages.Title:
    """A title with what stands beside it on its page."""
    return titles_of([row], viewer)[0].model_copy(update=beside_of(row, viewer))


def cards_of(ids: Sequence[UUID], viewer: Viewer) -> list[messages.TitleCard]:
    """The published titles among `ids` that this viewer may see, in the order asked for."""
    published = replace(viewer, sees_unpublished=False)
    found = {row.pk: row for row in seen_by(published).filter(pk__in=ids)}
    return [cards.card_of(found[one], published) for one in dict.fromkeys(ids) if one in found]


def titles_of(rows: Sequence[Title], viewer: Viewer) -> list[messages.Title]:
    """The rows as messages; episodes that this viewer may not see are left out of series."""
    credited = credits_of(rows)
    families = _published_episodes_of(rows, viewer)
    held = _members_of(rows)
    return [
        _title(row, viewer, families[row.series_id or row.pk]).model_copy(
            update={"credits": credited[row.pk], "members": held[row.pk]}
        )
        for row in rows
    ]


def _moments(row: Title, viewer: Viewer) -> dict[str, object]:
    """Since when and until when a viewer may watch it; whose rights it has is not theirs to know.

    Of a plan that they do not have they are told nothing.
    """
    if viewer.vantage is None or not (row.rights or row.series_id):
        return {}
    now = clock.now()
    mine = Q(title=row.pk if row.rights or row.series_id is None else row.series_id)
    all_, paid = _windows(mine, viewer, now)
    anywhere = messages.Vantage()
    if not paid or not messages.is_available(paid, anywhere, now):
        if all_ and messages.is_available(all_, anywhere, now):
            until = messages.open_until(all_, anywhere, now)
            sold = {"on_offer": True, "play_title_id": None}
            return {"rights": [], "available_until": until, **sold}
        if all_:
            opens_at = messages.opens_at(all_, anywhere, now)
            return {"rights": [], "available_from": opens_at, "play_title_id": None}
    return {"rights": [], "available_until": messages.open_until(paid, anywhere, now)}


def _windows(
    mine: Q, viewer: Viewer, now: datetime
) -> tuple[list[messages.RightsWindow], list[messages.RightsWindow]]:
    """The windows that are or could be for a viewer, and those that are; for whomever, then."""
    vantage = viewer.vantage or messages.Vantage()
    is_paid = ExpressionWrapper(
        covering_paid(vantage, viewer.account_id, now), output_field=BooleanField()
    )
    could_be = mine & covering(vantage, viewer.account_id, now)
    found = [
        (messages.RightsWindow(starts_at=one.starts_at, ends_at=one.ends_at), one.is_paid)
        for one in TitleWindow._default_manager.filter(could_be).annotate(is_paid=is_paid)
    ]
    return [window for window, _ in found], [window for window, paid in found if paid]


def _published_episodes_of(rows: Iterable[Title], viewer: Viewer) -> dict[UUID, list[Title]]:
    roots = {row.series_id or row.pk for row in rows if row.kind in _IN_FAMILIES}
    families: dict[UUID, list[Title]] = defaultdict(list)
    if roots:
        published = replace(viewer, sees_unpublished=False)
        seen = seen_by(published).filter(series_id__in=roots)
        for episode in sorted(seen, key=_watch_order):
            families[episode.series_id or episode.pk].append(episode)
    return families


def _members_of(rows: Iterable[Title]) -> dict[UUID, list[UUID]]:
    held: dict[UUID, list[UUID]] = defaultdict(list)
    collections = [row.pk for row in rows if row.kind == "collection"]
    if collections:
        found = CollectionEntry._default_manager.filter(collection__in=collections)
        pairs = found.order_by("position").values_list("collection_id", "title_id")
        for collection_id, title_id in pairs:
            held[collection_id].append(title_id)
    return held


def _watch_order(row: Title) -> tuple[bool, int, int]:
    return rules.place_order(rules.Place(row.season or 0, row.episode or 0))


def _title(row: Title, viewer: Viewer, episodes: list[Title]) -> messages.Title:
    is_series = row.kind == "series"
    order = [episode.pk for episode in episodes]
    packages = [found for one in (episodes if is_series else [row]) if (found := package_of(one))]
    plays = row.pk if packages and row.status == "published" else None
    return messages.Title(
        **cards.card_fields(row, viewer),
        **_record(row, viewer),
        **_of_every_language(row, viewer),
        description=cards.words_of(row, viewer).description,
        credits=[],
        audio_languages=_languages(track for package in packages for track in package.audio),
        subtitle_languages=_languages(track for package in packages for track in package.subtitles),
        height=max((package.height or 0 for package in packages), default=0) or None,
        seasons=_seasons(episodes, viewer) if is_series else [],
        play_title_id=next(iter(order), None) if is_series else plays,
        next_episode_id=None if is_series else rules.following(order, row.pk),
    )


def _record(row: Title, viewer: Viewer) -> dict[str, object]:
    """What a title's page says of it whoever reads it."""
    return {
        "pictures": [
            messages.Artwork(
                poster=cards.artwork_url(poster),
                backdrop=cards.artwork_url(backdrop),
                poster_is_still=True,
            )
            for poster, backdrop in row.other_looks
        ],
        "language": row.language,
        "moods": viewer.reads("mood", row.moods),
        "keywords": row.keywords,
        "status": cast("messages.TitleStatus", row.status),
        "published_at": row.published_at,
        "series_id": row.series_id,
        "season": row.season,
        "episode": row.episode,
        "rights": row.rights,
        "external_ids": messages.ExternalIds.model_construct(
            eidr=row.eidr, imdb=row.imdb, tmdb=row.tmdb
        ),
        "belongs_to_id": row.belongs_to_id,
    }


def _of_every_language(row: Title, viewer: Viewer) -> dict[str, object]:
    """What staff and services choose from, and viewers have been given their part of."""
    if viewer.language is not None:
        return {}
    return {
        "texts": cards.texts_of(row),
        "local_artwork": cards.local_artwork_of(row),
        "ratings": cards.ratings_of(row),
    }


def _languages(tracks: Iterable[dict[str, str]]) -> list[str]:
    return list(dict.fromkeys(TrackInfo.model_validate(track).language for track in tracks))


def _seasons(episodes: list[Title], viewer: Viewer) -> list[messages.Season]:
    seasons: dict[int, list[messages.EpisodeCard]] = {}
    for row in episodes:
        card = messages.EpisodeCard.model_validate(
            {
                **cards.card_fields(row, viewer),
                "description": cards.words_of(row, viewer).description,
                "season": row.season or 0,
                "episode": row.episode or 0,
            }
        )
        seasons.setdefault(card.season, []).append(card)
    return [messages.Season(number=number, episodes=cards_) for number, cards_ in seasons.items()]
