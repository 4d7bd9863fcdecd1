"""Asking something that may never answer, as an engine that hangs does not."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class NoAnswerError(Exception):
    """It did not answer in time."""


class Within(Generic[T]):
    """Asks in a thread of its own, one question at a time: while one hangs, none is added to it."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._asking: _Asking[T] | None = None

    def begin(self) -> "_Asking[T]":
        """The question that is under way, or a new one."""
        with self._lock:
            if self._asking is None or self._asking.is_answered:
                self._asking = _Asking(self._ask)
            return self._asking


class _Asking(Generic[T]):
    """One question."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self._answer: T | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(ask,), daemon=True)
        self._thread.start()

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer, or never will be."""
        return not self._thread.is_alive()

    def answer(self, within_s: float) -> T:
        """What it was answered with; raises what it failed with, or NoAnswerError."""
        self._thread.join(max(0.0, within_s))
        if self._thread.is_alive():
            raise NoAnswerError
        if self._error is not None:
            raise self._error
        return self._answer  # type: ignore[return-value] # its thread has ended, without an error

    def _run(self, ask: Callable[[], T]) -> None:
        try:
            self._answer = ask()
        except Exception as error:  # noqa: BLE001 - whoever waits for the answer raises it
            self._error = error
