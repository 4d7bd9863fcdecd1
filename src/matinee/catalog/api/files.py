"""The HTTP edge of files on their way to becoming titles: chosen, dropped, or in watched places."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from matinee.catalog import queries
from matinee.catalog.actions import arrivals, file_titles, leftovers
from matinee.catalog.queries import arrivals as arrivals_read
from matinee.catalog.queries import files, open_uploads
from matinee.contracts.catalog import files as messages
from matinee.kernel import access
from matinee.kernel.http.django_edge import may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, Forbidden, NotFound, NotSignedIn, Unprocessable

router = Router(auth=may(access.staff(*queries.STAFF)))
_STAFF = (NotSignedIn, Forbidden, Unprocessable)


@router.post(
    "/studio/files/guesses",
    operation_id="file_guesses",
    response={200: messages.FileGuesses},
    openapi_extra=may_answer(*_STAFF),
)
def file_guesses(request: HttpRequest, names: messages.FileNames) -> messages.FileGuesses:
    """What files are by their names and folders, and which titles they seem to be."""
    return files.file_guesses(names.paths)


@router.post(
    "/studio/files/titles",
    operation_id="file_titles",
    response={201: messages.FileTitles},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict),
)
def make_file_titles(
    request: HttpRequest, drafts: messages.FileDrafts
) -> Status[messages.FileTitles]:
    """Make the titles that files are for, all or none; their films are uploaded next."""
    made = file_titles.file_titles(drafts.files)
    return Status(201, messages.FileTitles(titles=made))


@router.get(
    "/studio/uploads",
    operation_id="open_uploads",
    response={200: messages.OpenUploads},
    openapi_extra=may_answer(*_STAFF),
)
def studio_uploads(request: HttpRequest) -> messages.OpenUploads:
    """Uploads that nobody has finished, wherever they were begun, and how to send new ones."""
    return open_uploads.open_uploads()


@router.get(
    "/studio/arrivals",
    operation_id="arrivals",
    response={200: messages.Arrivals},
    openapi_extra=may_answer(*_STAFF),
)
def studio_arrivals(request: HttpRequest) -> messages.Arrivals:
    """What lies in watched places: what is taken, what is refused and why, what is asked."""
    return arrivals_read.arrivals()


@router.post(
    "/studio/arrivals/look",
    operation_id="arrivals_look",
    response={202: None},
    openapi_extra=may_answer(*_STAFF),
)
def look(request: HttpRequest) -> Status[None]:
    """Look into the watched places now."""
    leftovers.send_after_commit("matinee.catalog.watch")
    return Status(202, None)


@router.post(
    "/studio/arrivals/import",
    auth=may(access.staff()),
    operation_id="bucket_import",
    response={200: messages.Arrivals},
    openapi_extra=may_answer(*_STAFF),
)
def bucket_import(request: HttpRequest, wanted: messages.BucketImport) -> messages.Arrivals:
    """Take in what lies below a prefix of a bucket, once."""
    arrivals.bucket_import(wanted.url)
    leftovers.send_after_commit("matinee.catalog.watch")
    return arrivals_read.arrivals()


@router.post(
    "/studio/arrivals/{arrival_id}/take",
    operation_id="arrival_take",
    response={204: None},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict),
)
def arrival_take(request: HttpRequest, arrival_id: UUID, draft: messages.FileDraft) -> Status[None]:
    """Have a file of a watched place taken as what the draft says it is."""
    arrivals.arrival_decide(arrival_id, draft)
    leftovers.send_after_commit("matinee.catalog.watch")
    return Status(204, None)


@router.post(
    "/studio/arrivals/{arrival_id}/refuse",
    operation_id="arrival_refuse",
    response={204: None},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict),
)
def arrival_refuse(request: HttpRequest, arrival_id: UUID) -> Status[None]:
    """Leave a file of a watched place where it is."""
    arrivals.arrival_refuse(arrival_id)
    return Status(204, None)
