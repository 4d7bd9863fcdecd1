"""The edges' origins as a file, `<home>/steering/hosts.txt`: pages may fetch media from these.

nginx puts it into the Content-Security-Policy of the web app's pages, so that an edge that
has just joined needs no restart.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from matinee.contracts.delivery import Edge
from matinee.kernel import ids

FILE = "hosts.txt"


def write(folder: Path, edges: Iterable[Edge]) -> None:
    """Make the file name these edges; one that does already is left alone.

    Raises OSError, on a full disk for example.
    """
    file = folder / FILE
    text = hosts(edges)
    if file.is_file() and file.read_text() == text:
        return
    folder.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{FILE}.{ids.uuid7().hex}")
    try:
        with draft.open("w") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def hosts(edges: Iterable[Edge]) -> str:
    """Each origin once, with a space before it, in an order that stays.

    An address with a sign that could end or widen the policy's directive is left out.
    """
    urls = {edge.base_url for edge in edges if edge.base_url and edge.role != "shield"}
    origins = {f"{url.scheme}://{url.netloc}" for url in map(urlsplit, urls)}
    plain = sorted(origin for origin in origins if not set(origin) & set(" ;,*'\"\\$\r\n"))
    return "".join(f" {origin}" for origin in plain)
