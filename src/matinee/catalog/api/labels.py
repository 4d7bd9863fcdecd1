"""The HTTP edge of genres, moods and keywords in several languages."""

from django.http import HttpRequest
from ninja import Router

from matinee.catalog import queries
from matinee.catalog.actions import labels
from matinee.catalog.queries.labels import label_uses
from matinee.contracts.catalog import labels as messages
from matinee.kernel import access
from matinee.kernel.http.django_edge import may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, Forbidden, NotSignedIn, Unprocessable

router = Router(auth=may(access.staff(*queries.STAFF)))
_STAFF = (NotSignedIn, Forbidden, Unprocessable)


@router.get(
    "/studio/labels",
    operation_id="studio_labels",
    response={200: messages.LabelUses},
    openapi_extra=may_answer(*_STAFF),
)
def studio_labels(request: HttpRequest, kind: messages.LabelKind) -> messages.LabelUses:
    """The genres, moods or keywords of titles, and what they are called in other languages."""
    return messages.LabelUses(labels=label_uses(kind))


@router.put(
    "/studio/labels",
    operation_id="label_name",
    response={200: messages.LabelUses},
    openapi_extra=may_answer(*_STAFF, Conflict),
)
def label_name(request: HttpRequest, wanted: messages.LabelNames) -> messages.LabelUses:
    """Say what a label is called in other languages; no names at all for as it is written."""
    labels.label_name(wanted)
    return messages.LabelUses(labels=label_uses(wanted.kind))
