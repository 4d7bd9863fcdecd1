"""How far films are on their way to being playable."""

from typing import cast
from uuid import UUID

from matinee.catalog import rules
from matinee.catalog.models import EncodeAccount, Title
from matinee.catalog.queries.rows import encode_of, package_of, row_of
from matinee.contracts import catalog as messages
from matinee.contracts.encoding import EncodeReport
from matinee.kernel.problems import NotFound


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
