"""The subtitle files beside films."""

from uuid import UUID

from django.db.models import QuerySet

from matinee.catalog.models import SubtitleFile
from matinee.catalog.queries.rows import row_of
from matinee.contracts import catalog as messages


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
