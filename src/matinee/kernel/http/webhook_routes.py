"""The operations by which the staff say which of their systems a service tells."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from matinee.kernel.access import Access
from matinee.kernel.http.django_edge import may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, Forbidden, NotFound, NotSignedIn, Unprocessable
from matinee.kernel.webhooks.messages import Delivery, Endpoint, EndpointDraft
from matinee.kernel.webhooks.telling import Webhooks

_READS = may_answer(NotSignedIn, Forbidden)
_WRITES = may_answer(NotSignedIn, Forbidden, NotFound, Conflict, Unprocessable)
_ALL = "/webhooks"
_ONE = "/webhooks/{uuid:endpoint_id}"
_ONE_TOLD = "/deliveries/{uuid:delivery_id}"


def webhook_router(of: Webhooks, allowed: Access) -> Router:
    """A router for a service's `/studio`, for those who are `allowed`."""
    router = Router(auth=may(allowed))
    _add_endpoints(router, of)
    _add_pauses(router, of)
    _add_log(router, of)
    return router


def _add_endpoints(router: Router, of: Webhooks) -> None:
    @router.get(
        _ALL, operation_id="list_endpoints", response={200: list[Endpoint]}, openapi_extra=_READS
    )
    def list_endpoints(request: HttpRequest) -> list[Endpoint]:  # noqa: ARG001 - the library's signature
        """The operator's systems that are told of what happens."""
        return of.endpoints()

    @router.post(_ALL, operation_id="add_endpoint", response={201: Endpoint}, openapi_extra=_WRITES)
    def add_endpoint(request: HttpRequest, draft: EndpointDraft) -> Status[Endpoint]:  # noqa: ARG001 - as above
        """Tell an address of what happens from now on."""
        return Status(201, of.endpoint_add(str(draft.url), draft.kinds))

    @router.delete(
        _ONE, operation_id="remove_endpoint", response={204: None}, openapi_extra=_WRITES
    )
    def remove_endpoint(request: HttpRequest, endpoint_id: UUID) -> Status[None]:  # noqa: ARG001 - as above
        """Tell an address nothing more."""
        of.endpoint_remove(endpoint_id)
        return Status(204, None)


def _add_pauses(router: Router, of: Webhooks) -> None:
    @router.post(
        f"{_ONE}/pause", operation_id="pause_endpoint", response={204: None}, openapi_extra=_WRITES
    )
    def pause_endpoint(request: HttpRequest, endpoint_id: UUID) -> Status[None]:  # noqa: ARG001 - the library's signature
        """Keep what an address is to be told until it goes on."""
        of.endpoint_pause(endpoint_id, is_paused=True)
        return Status(204, None)

    @router.post(
        f"{_ONE}/resume",
        operation_id="resume_endpoint",
        response={204: None},
        openapi_extra=_WRITES,
    )
    def resume_endpoint(request: HttpRequest, endpoint_id: UUID) -> Status[None]:  # noqa: ARG001 - as above
        """Go on telling an address, with what was kept first."""
        of.endpoint_pause(endpoint_id, is_paused=False)
        return Status(204, None)


def _add_log(router: Router, of: Webhooks) -> None:
    @router.get(
        f"{_ONE}/deliveries",
        operation_id="list_deliveries",
        response={200: list[Delivery]},
        openapi_extra=_READS,
    )
    def list_deliveries(request: HttpRequest, endpoint_id: UUID) -> list[Delivery]:  # noqa: ARG001 - the library's signature
        """The newest messages to an address, and how telling it went."""
        return of.deliveries(endpoint_id)

    @router.post(
        f"{_ONE_TOLD}/replay",
        operation_id="replay_delivery",
        response={204: None},
        openapi_extra=_WRITES,
    )
    def replay_delivery(request: HttpRequest, delivery_id: UUID) -> Status[None]:  # noqa: ARG001 - as above
        """Tell it again."""
        of.delivery_replay(delivery_id)
        return Status(204, None)
