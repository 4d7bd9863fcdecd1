"""What is written to people: letters in a folder, as they lie there without a mail server."""

import email
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from matinee.identity import tasks as _done  # noqa: F401 - registers who writes them
from matinee.identity.actions.writing import LETTER_TASK
from matinee.kernel import settings, tasks

_CODE = re.compile(r"#code=(\S+)")


class PostBox:
    """The letters of one test, each written at once by the task that would write it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def letters(self, to: str) -> list[Message]:
        """What was written to an address, oldest first."""
        every = [email.message_from_bytes(path.read_bytes()) for path in self._paths()]
        return [letter for letter in every if letter["To"] == to]

    def subjects(self, to: str) -> list[str]:
        """The subjects of what was written to an address, oldest first."""
        return [str(letter["Subject"]) for letter in self.letters(to)]

    def code(self, to: str) -> str:
        """The code in the newest letter to an address that has one."""
        texts = [str(letter.get_payload()) for letter in self.letters(to)]
        return [found[1] for text in texts if (found := _CODE.search(text))][-1]

    def empty(self) -> None:
        """Throw all letters away."""
        for path in self._paths():
            path.unlink()

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob("*.eml"))


@contextmanager
def opened(patch: pytest.MonkeyPatch) -> Iterator[PostBox]:
    """A post box, empty before and after; other tasks go their way."""
    send = tasks.send

    def carry(task: str, arguments: dict[str, Any]) -> None:
        if task == LETTER_TASK:
            tasks.app.tasks[LETTER_TASK](**arguments)
        else:
            send(task, arguments)

    patch.setattr("matinee.kernel.tasks.send", carry)
    box = PostBox(settings.get().home / "mail")
    box.empty()
    yield box
    box.empty()
