"""How spans leave: in batches, from a thread of their own, while nobody waits for it.

What cannot be delivered is dropped, and no more than a few thousand spans are ever kept.
"""

import atexit
import gzip
import json
import logging
import threading
from collections import deque
from collections.abc import Mapping

import httpx

from matinee.kernel import clock
from matinee.kernel.tracing import otlp

log = logging.getLogger(__name__)

KEPT_MAX = 4_096
_AT_ONCE = 512
_EVERY_S = 2.0
_TIMEOUT_S = 5.0
_SAID_EVERY_S = 300.0


class Sender:
    """Hands what ended to a collector; says now and then that it is not taken."""

    def __init__(self, url: str, token: str, process: Mapping[str, otlp.Value]) -> None:
        self._url = url
        self._process = process
        self._spans: deque[otlp.Span] = deque(maxlen=KEPT_MAX)
        self._silent_until_s = 0.0
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx.Client(headers=headers, timeout=_TIMEOUT_S)
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._run, name="traces", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def take(self, span: otlp.Span) -> None:
        """Note a span that ended; the oldest is dropped where nobody takes any."""
        self._spans.append(span)

    def close(self) -> None:
        """Deliver what is left, once, and end."""
        atexit.unregister(self.close)
        self._leaving.set()
        self._thread.join(2 * _TIMEOUT_S)
        self._http.close()

    def _run(self) -> None:
        is_last = False
        while not is_last:
            is_last = self._leaving.wait(_EVERY_S)
            while self._spans and self._deliver():
                pass

    def _deliver(self) -> bool:
        """Send the oldest spans; whether they were taken. They are gone either way."""
        batch = [self._spans.popleft() for _ in range(min(len(self._spans), _AT_ONCE))]
        body = gzip.compress(json.dumps(otlp.request(self._process, batch)).encode())
        try:
            self._http.post(self._url, content=body).raise_for_status()
        except httpx.HTTPError as error:
            if clock.monotonic_s() >= self._silent_until_s:
                self._silent_until_s = clock.monotonic_s() + _SAID_EVERY_S
                log.warning("%s takes no traces (%s); they are dropped", self._url, error)
            return False
        return True
