"""Titles as viewers see them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import cast
from uuid import UUID

from django.db.models import Q

from matinee.catalog import rules
from matinee.catalog.models import Credit, Title
from matinee.catalog.queries.rows import package_of, seen_by, unknown_title
from matinee.catalog.queries.viewers import Viewer
from matinee.contracts import catalog as messages
from matinee.contracts.playback import TrackInfo

IDS_MAX = 100


def title_by(id_or_slug: str, viewer: Viewer) -> messages.Title:
    """The title with this id or slug; NotFound if there is none for this viewer."""
    wanted = Q(pk=id_or_slug) if rules.is_id(id_or_slug) else Q(slug=id_or_slug)
    row = seen_by(viewer).filter(wanted).first()
    if row is None:
        raise unknown_title()
    return titles_of([row], viewer)[0]


def cards_of(ids: Sequence[UUID], viewer: Viewer) -> list[messages.TitleCard]:
    """The published titles among `ids` that this viewer may see, in the order asked for."""
    published = Viewer(viewer.ceiling_age)
    found = {row.pk: row for row in seen_by(published).filter(pk__in=ids)}
    return [messages.TitleCard(**_card(found[one])) for one in dict.fromkeys(ids) if one in found]


def titles_of(rows: Sequence[Title], viewer: Viewer) -> list[messages.Title]:
    """The rows as messages; episodes that this viewer may not see are left out of series."""
    credited = _credits_of(rows)
    families = _published_episodes_of(rows, viewer)
    return [_title(row, credited[row.pk], families[row.series_id or row.pk]) for row in rows]


def _credits_of(rows: Iterable[Title]) -> dict[UUID, list[messages.Credit]]:
    credited: dict[UUID, list[messages.Credit]] = defaultdict(list)
    found = Credit._default_manager.filter(title__in=[row.pk for row in rows])
    for credit in found.select_related("person").order_by("position"):
        role = cast("messages.CreditRole", credit.role)
        credited[credit.title_id].append(messages.Credit(name=credit.person.name, role=role))
    return credited


def _published_episodes_of(rows: Iterable[Title], viewer: Viewer) -> dict[UUID, list[Title]]:
    roots = {row.series_id or row.pk for row in rows if row.kind != "film"}
    families: dict[UUID, list[Title]] = defaultdict(list)
    if roots:
        seen = seen_by(Viewer(viewer.ceiling_age)).filter(series_id__in=roots)
        for episode in sorted(seen, key=_watch_order):
            families[episode.series_id or episode.pk].append(episode)
    return families


def _watch_order(row: Title) -> tuple[bool, int, int]:
    return rules.place_order(rules.Place(row.season or 0, row.episode or 0))


def _card(row: Title) -> dict[str, object]:
    package = package_of(row)
    return {
        "id": row.pk,
        "slug": row.slug,
        "kind": row.kind,
        "name": row.name,
        "tagline": row.tagline,
        "year": row.year,
        "maturity_age": row.maturity_age,
        "duration_s": package.duration_s if package else None,
        "genres": row.genres,
        "artwork": messages.Artwork(
            poster=artwork_url(row.poster_key),
            backdrop=artwork_url(row.backdrop_key),
            poster_is_still=bool(row.poster_key) and not row.poster_chosen,
        ),
    }


def artwork_url(key: str) -> str | None:
    """Where the edge serves a picture of the media store; None for none."""
    return f"/{key}" if key else None


def _title(row: Title, credited: list[messages.Credit], episodes: list[Title]) -> messages.Title:
    is_series = row.kind == "series"
    order = [episode.pk for episode in episodes]
    packages = [found for one in (episodes if is_series else [row]) if (found := package_of(one))]
    plays = row.pk if packages and row.status == "published" else None
    return messages.Title(
        **_card(row),
        pictures=[
            messages.Artwork(
                poster=artwork_url(poster), backdrop=artwork_url(backdrop), poster_is_still=True
            )
            for poster, backdrop in row.other_looks
        ],
        description=row.description,
        language=row.language,
        moods=row.moods,
        credits=credited,
        audio_languages=_languages(track for package in packages for track in package.audio),
        subtitle_languages=_languages(track for package in packages for track in package.subtitles),
        height=max((package.height or 0 for package in packages), default=0) or None,
        status=cast("messages.TitleStatus", row.status),
        published_at=row.published_at,
        series_id=row.series_id,
        season=row.season,
        episode=row.episode,
        seasons=_seasons(episodes) if is_series else [],
        play_title_id=next(iter(order), None) if is_series else plays,
        next_episode_id=None if is_series else rules.following(order, row.pk),
        rights=row.rights,
    )


def _languages(tracks: Iterable[dict[str, str]]) -> list[str]:
    return list(dict.fromkeys(TrackInfo.model_validate(track).language for track in tracks))


def _seasons(episodes: list[Title]) -> list[messages.Season]:
    seasons: dict[int, list[messages.EpisodeCard]] = {}
    for row in episodes:
        card = messages.EpisodeCard(
            **_card(row),
            description=row.description,
            season=row.season or 0,
            episode=row.episode or 0,
        )
        seasons.setdefault(card.season, []).append(card)
    return [messages.Season(number=number, episodes=cards) for number, cards in seasons.items()]
