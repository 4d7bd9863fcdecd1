"""What the seeding has done so far, in one small file, so that it goes on where it was stopped."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from matinee.kernel import ids


class TitleNote(BaseModel):
    """How far one title is. One that is `done` is never looked at again, whatever becomes of it."""

    id: UUID | None = None
    artwork: bool = False
    failures: int = 0
    done: bool = False


class Notes(BaseModel):
    """All that is noted; `anchor` is the moment that made-up histories lead up to.

    `tried` says that the experiment was put in, whatever became of it.
    """

    anchor: datetime
    titles: dict[str, TitleNote] = {}
    tried: bool = False

    @classmethod
    def read(cls, path: Path, now: datetime) -> Self:
        """The notes in a file, or new ones; a damaged file counts as none."""
        try:
            return cls.model_validate(json.loads(path.read_text()))
        except (FileNotFoundError, ValueError):
            return cls(anchor=now)

    def write(self, path: Path) -> None:
        """Keep the notes: the file is the old one or the new one, also after a crash."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{ids.uuid7().hex}")
        with draft.open("w") as file:
            file.write(self.model_dump_json(indent=1))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    def of(self, slug: str) -> TitleNote:
        """The note of a title, which may be changed."""
        return self.titles.setdefault(slug, TitleNote())
