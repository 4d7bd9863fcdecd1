"""Subtitle files that `matinee add` sends along with a film."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

from matinee.run.drafting import STUDIO, AddError, check_readable
from matinee.run.operator import Operator
from matinee.run.sending import patiently

_WANTED = re.compile(r"^([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)=(.+)$")
_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Subtitles:
    """A subtitle file and the language that it is in."""

    language: str
    path: Path


def parsed(wanted: str) -> Subtitles:
    """What `fr=film.fr.srt` names; AddError where it names nothing that can be read."""
    match = _WANTED.match(wanted)
    if match is None:
        msg = (
            f"{wanted!r} does not say which language the subtitles are in. "
            "Write it in front, as in fr=film.fr.srt."
        )
        raise AddError(msg)
    found = Subtitles(match[1], Path(match[2]).expanduser())
    check_readable(found.path, "subtitle")
    return found


def send(operator: Operator, title_id: UUID, subtitles: Subtitles) -> None:
    """Put a subtitle file beside a title's film, in place of an older one of its language."""
    query = urlencode({"language": subtitles.language, "file_name": subtitles.path.name})
    path, content = f"{STUDIO}/{title_id}/subtitles?{query}", subtitles.path.read_bytes()
    headers = {"Content-Type": "application/octet-stream"}
    options = {"content": content, "headers": headers, "timeout": _TIMEOUT_S}
    patiently(lambda: operator.send("PUT", path, **options))
