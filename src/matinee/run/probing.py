"""Whether a service that was just changed does what viewers come for."""

from collections.abc import Iterator

import httpx

from matinee.kernel.settings import Settings
from matinee.run import services

_ANSWERS_WITHIN_S = 10.0


def unanswered(settings: Settings) -> Iterator[str]:
    """What does not work, a sentence each, asked of the edge as a viewer would."""
    asked = ("/", "/edge/health", *(f"/api/{name}/readyz" for name in services.WITH_API))
    with httpx.Client(base_url=settings.local_url, timeout=_ANSWERS_WITHIN_S) as client:
        for path in asked:
            try:
                answer = client.get(path)
            except httpx.HTTPError as error:
                yield f"{path} does not answer: {error}"
            else:
                if not answer.is_success:
                    yield f"{path} answers {answer.status_code}: {answer.text[:200]}"
