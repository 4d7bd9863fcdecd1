"""Flask's answers, but that those which are there as a whole go out as they are."""

from collections.abc import Iterable
from typing import Any

from flask import Response

# Statuses that are always answered with one.
_WITH_BODY = {200, 201, 202, 400, 401, 402, 403, 404, 409, 410, 422, 429, 500, 503}


class Answer(Response):
    """An answer; one that is there as a whole, as most are, goes out as it is.

    The library looks through each for addresses to complete and lengths to tell.
    """

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """See the library."""
        body, headers = self.response, self.headers
        is_whole = (
            isinstance(body, list)
            and len(body) == 1
            and self.status_code in _WITH_BODY
            and environ["REQUEST_METHOD"] != "HEAD"
            and "Content-Length" in headers
            and "Location" not in headers
            and "Content-Location" not in headers
            and not self._on_close
        )
        if not is_whole:
            return super().__call__(environ, start_response)
        start_response(self.status, headers.to_wsgi_list())
        return body  # type: ignore[return-value] # bytes, as only `set_data` tells a length
