"""The HTTP edge of titles as viewers read them."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from matinee.catalog import queries
from matinee.catalog.queries.labels import labels_read
from matinee.contracts import catalog as messages
from matinee.kernel.http.django_edge import caller
from matinee.kernel.http.places import country
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import NotFound, NotSignedIn, Unprocessable

router = Router()
_READ = (NotSignedIn, Unprocessable)


@router.get(
    "/titles",
    operation_id="title_cards",
    response={200: list[messages.TitleCard]},
    openapi_extra=may_answer(*_READ),
)
def title_cards(
    request: HttpRequest, ids: Annotated[str, Query(description="Ids with commas between")]
) -> list[messages.TitleCard]:
    """The titles with these ids that the caller may see, in this order; at most 100."""
    return queries.cards_of(_ids(ids), _viewer(request))


@router.get(
    "/titles/{id_or_slug}",
    operation_id="title",
    response={200: messages.Title},
    openapi_extra=may_answer(*_READ, NotFound),
)
def title(request: HttpRequest, id_or_slug: str) -> messages.Title:
    """All that a title's page shows."""
    return queries.title_by(id_or_slug, _viewer(request))


@router.get(
    "/people/{uuid:person_id}",
    operation_id="person",
    response={200: messages.Person},
    openapi_extra=may_answer(*_READ, NotFound),
)
def person(request: HttpRequest, person_id: UUID) -> messages.Person:
    """Somebody who made titles or is seen in them, with those that the caller may see."""
    return queries.person_page(person_id, _viewer(request))


def _viewer(request: HttpRequest) -> queries.Viewer:
    who = caller(request)
    if who.roles & {"owner", *queries.STAFF}:
        # Programs of the staff have no profile; they get a title's own words, and all others.
        language = who.language or None
        names = labels_read(language) if language else {}
        return replace(queries.STAFF_VIEWER, language=language, labels=names)
    vantage = messages.Vantage(country(request.headers), platform=who.platform)
    return queries.Viewer(
        who.maturity_age,
        vantage=vantage,
        language=who.language,
        account_id=who.account_id,
        labels=labels_read(who.language) if who.language else {},
    )


def _ids(text: str) -> list[UUID]:
    parts = [part for part in text.split(",") if part]
    if len(parts) > queries.IDS_MAX:
        code = "too_many_ids"
        raise Unprocessable(code, f"Ask for {queries.IDS_MAX} titles at once, not {len(parts)}.")
    try:
        return [UUID(part) for part in parts]
    except ValueError as error:
        code = "bad_id"
        raise Unprocessable(code, "`ids` must be ids of titles with commas between.") from error
