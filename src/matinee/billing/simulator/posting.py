"""How the merchant is told what happened: signed posts, again and again until one is taken."""

import json
import logging
import threading

import httpx

from matinee.billing.simulator.bank import Bank
from matinee.kernel.webhooks.signatures import signed

log = logging.getLogger(__name__)

AT_ONCE = 500
_TRIES_MAX = 20
_BACKOFF_S_MAX = 3600.0
_IDLE_S = 0.2
_TIMEOUT_S = 10.0
_NEWS = """
SELECT number, subject, ref FROM json_each(?) AS wanted JOIN news ON number = wanted.value
ORDER BY wanted.key
"""
_TAKEN = "DELETE FROM post WHERE id IN (SELECT value FROM json_each(?))"


class Postman(threading.Thread):
    """Lets time pass at the simulator and posts what is due, until told to stop."""

    def __init__(self, bank: Bank, url: str, secret: str) -> None:
        super().__init__(name="simulator-postman", daemon=True)
        self.bank = bank
        self._url = url
        self._secret = secret
        self._http = httpx.Client(timeout=_TIMEOUT_S)
        self._stopping = threading.Event()

    def run(self) -> None:
        """Go on whatever happens: what failed is tried again."""
        while not self._stopping.is_set():
            try:
                is_busy = self.bank.time_passed() + self.post_due() > 0
            except Exception:
                log.exception("the simulator could not do what is due; it tries again")
                is_busy = False
            if not is_busy:
                self._stopping.wait(_IDLE_S)

    def stop(self) -> None:
        """End soon."""
        self._stopping.set()

    def post_due(self) -> int:
        """Post what is due, in one request; how many items of it were taken."""
        due = self.bank.store.taken_due("post", AT_ONCE)
        if not due:
            return 0
        told = self._told([number for _, number, _, _ in due])
        body = json.dumps({"news": told}).encode()
        is_taken = self._is_taken(body, f"post_{due[0][0]}_{due[0][3]}")
        over = {number for number, _, _, tries in due if is_taken or tries + 1 >= _TRIES_MAX}
        with self.bank.store.transaction():
            self.bank.store.rows(_TAKEN, json.dumps(list(over)))
            for number, _, _, tries in due:
                if number not in over:
                    wait_s = min(2.0**tries, _BACKOFF_S_MAX)
                    self.bank.store.rows(
                        "UPDATE post SET tries = tries + 1, due_s = ? WHERE id = ?",
                        self.bank.store.now_s() + wait_s,
                        number,
                    )
        return len(due) if is_taken else 0

    def _is_taken(self, body: bytes, post_id: str) -> bool:
        headers = signed(self._secret, post_id, int(self.bank.store.now_s()), body)
        try:
            answer = self._http.post(
                self._url, content=body, headers={**headers, "content-type": "application/json"}
            )
        except httpx.TransportError as error:
            log.warning("%s does not take news: %s", self._url, error)
            return False
        return answer.is_success

    def _told(self, numbers: list[int]) -> list[dict[str, str]]:
        found = self.bank.store.rows(_NEWS, json.dumps(numbers))
        return [{"id": str(n), "subject": subject, "ref": ref} for n, subject, ref in found]
