"""Reads of the catalogue: rows become messages, in as many queries for a hundred as for one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.db.models import Q, QuerySet

from matinee.catalog import rules
from matinee.catalog.models import (
    Credit,
    EditorialRow,
    Encode,
    EncodeAccount,
    Package,
    SubtitleFile,
    Title,
)
from matinee.contracts import catalog as messages
from matinee.contracts.encoding import EncodeReport
from matinee.contracts.playback import TrackInfo
from matinee.kernel.problems import NotFound

STAFF = ("editor", "publisher")
IDS_MAX = 100
PAGE_ROWS = 50


@dataclass(frozen=True)
class Viewer:
    """Whose eyes a title is read with: a ceiling of maturity, or None for no ceiling (staff)."""

    ceiling_age: int | None
    sees_unpublished: bool = False


EVERYBODY = Viewer(None)
STAFF_VIEWER = Viewer(None, sees_unpublished=True)


def title_by(id_or_slug: str, viewer: Viewer) -> messages.Title:
    """The title with this id or slug; NotFound if there is none for this viewer."""
    wanted = Q(pk=id_or_slug) if rules.is_id(id_or_slug) else Q(slug=id_or_slug)
    row = _seen_by(viewer).filter(wanted).first()
    if row is None:
        raise unknown_title()
    return titles_of([row], viewer)[0]


def cards_of(ids: Sequence[UUID], viewer: Viewer) -> list[messages.TitleCard]:
    """The published titles among `ids` that this viewer may see, in the order asked for."""
    published = Viewer(viewer.ceiling_age)
    found = {row.pk: row for row in _seen_by(published).filter(pk__in=ids)}
    return [messages.TitleCard(**_card(found[one])) for one in dict.fromkeys(ids) if one in found]


def studio_page(cursor: UUID | None, wanted: str) -> messages.StudioPage:
    """A page of all titles, newest first, whose name or slug contains `wanted`."""
    rows = _rows().order_by("-pk")
    if cursor is not None:
        rows = rows.filter(pk__lt=cursor)
    if wanted:
        rows = rows.filter(Q(name__icontains=wanted) | Q(slug__icontains=wanted))
    page = list(rows[: PAGE_ROWS + 1])
    shown = page[:PAGE_ROWS]
    more = str(shown[-1].pk) if len(page) > PAGE_ROWS else None
    return messages.StudioPage(titles=studio_titles_of(shown), next=more)


def studio_title(title_id: UUID) -> messages.StudioTitle:
    """A title as the operator sees it; NotFound if there is none."""
    row = _rows().filter(pk=title_id).first()
    if row is None:
        raise unknown_title()
    return studio_titles_of([row])[0]


def editorial_rows() -> messages.EditorialRows:
    """All rows that the operator has put on home pages, in the order in which they were made."""
    fields = ("id", "name", "reason", "title_ids", "window", "place")
    rows = EditorialRow._default_manager.order_by("pk").values(*fields)
    return messages.EditorialRows(rows=[messages.EditorialRow(**row) for row in rows])


def subtitle_files_of(title_id: UUID) -> QuerySet[SubtitleFile]:
    """The subtitle files beside a title's film, by language."""
    rows = SubtitleFile._default_manager.filter(title_id=title_id)
    return rows.order_by("language", "forced", "label")


def title_subtitles(title_id: UUID) -> messages.TitleSubtitles:
    """What the operator sees of a title's subtitle files; NotFound if there is no such title."""
    row = row_of(title_id)
    return messages.TitleSubtitles(
        files=[
            messages.TitleSubtitle(
                id=file.pk,
                file_name=file.file_name,
                language=file.language,
                label=file.label,
                forced=file.forced,
                size_bytes=file.size_bytes,
                added_at=file.created_at,
            )
            for file in subtitle_files_of(title_id)
        ],
        encode_again=row.subtitles_wait,
    )


def studio_titles_of(rows: Sequence[Title]) -> list[messages.StudioTitle]:
    """The operator's rows of titles."""
    titles = titles_of(rows, STAFF_VIEWER)
    return [
        messages.StudioTitle(title=title, progress=progress_of(row), updated_at=row.updated_at)
        for row, title in zip(rows, titles, strict=True)
    ]


def progress_of(row: Title) -> messages.EncodeProgress | None:
    """How far the film that arrived last is; None where none did.

    Until its encode tells of itself, it is queued, under the upload's id.
    """
    playable = package_of(row) is not None
    encode = encode_of(row)
    if encode is None or not rules.is_of_newest_film(encode.encode_id, row.stale_encode_id):
        if row.film_upload_id is None:
            return None
        return messages.EncodeProgress(
            encode_id=row.film_upload_id, stage="queued", fraction=0, playable=playable, error=None
        )
    return messages.EncodeProgress(
        encode_id=encode.encode_id,
        stage=cast("messages.EncodeStage", encode.stage),
        fraction=encode.fraction,
        stages=[messages.StageProgress.model_validate(one) for one in encode.stages],
        playable=playable,
        error=encode.error,
    )


def encode_report(title_id: UUID) -> EncodeReport:
    """The account of a title's newest encode that gave one; NotFound where none did."""
    account = EncodeAccount._default_manager.filter(title_id=title_id).first()
    if account is None:
        code = "no_report"
        detail = f"There is no report of {row_of(title_id).name} yet. It comes with a whole encode."
        raise NotFound(code, detail)
    return EncodeReport.model_validate(account.report)


def titles_of(rows: Sequence[Title], viewer: Viewer) -> list[messages.Title]:
    """The rows as messages; episodes that this viewer may not see are left out of series."""
    credited = _credits_of(rows)
    families = _published_episodes_of(rows, viewer)
    return [_title(row, credited[row.pk], families[row.series_id or row.pk]) for row in rows]


def family_rows(root_id: UUID) -> list[Title]:
    """A title and its episodes, oldest first, with what their status follows from."""
    return list(_rows().filter(Q(pk=root_id) | Q(series_id=root_id)).order_by("pk"))


def row_of(title_id: UUID) -> Title:
    """The row of a title; NotFound if there is none."""
    row = _rows().filter(pk=title_id).first()
    if row is None:
        raise unknown_title()
    return row


def unknown_title() -> NotFound:
    """The problem for a title that is not there, or not for this caller."""
    return NotFound("unknown_title", "There is no such title.")


def encode_of(row: Title) -> Encode | None:
    """The newest encode of a title."""
    return cast("Encode | None", getattr(row, "encode", None))


def package_of(row: Title) -> Package | None:
    """What plays of a title."""
    return cast("Package | None", getattr(row, "package", None))


def _rows() -> QuerySet[Title]:
    return Title._default_manager.select_related("encode", "package")


def _seen_by(viewer: Viewer) -> QuerySet[Title]:
    rows = _rows()
    if not viewer.sees_unpublished:
        rows = rows.filter(status="published")
    if viewer.ceiling_age is not None:
        rows = rows.filter(maturity_age__lte=viewer.ceiling_age)
    return rows


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
        seen = _seen_by(Viewer(viewer.ceiling_age)).filter(series_id__in=roots)
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
