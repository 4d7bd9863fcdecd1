"""`kill -9` of the process that takes in a film, again and again: no byte is lost or doubled."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from matinee.catalog import spool, tasks
from matinee.kernel import settings, storage
from tests.catalog.conftest import Asker, announced
from tests.catalog.tus_client import TusUpload, begun, film
from tests.patience import PATIENCE_S

pytestmark = [
    pytest.mark.django_db(databases=["catalog"], transaction=True),
    pytest.mark.engines,
]

KILLS = 3
# How many blocks more than that it may take before it is killed, at most.
GRACE_BLOCKS = 10


def write_and_kill(upload: TusUpload, film_file: Path, after_blocks: int) -> None:
    """Let a process go on with the upload, and kill it when so many blocks have come in.

    It takes some more, since it should be at work just then, but not all, however late it dies.
    """
    blocks_max = str(after_blocks + GRACE_BLOCKS)
    arguments = [str(upload.id), str(upload.offset()), str(film_file), blocks_max]
    writer = subprocess.Popen(
        [
            sys.executable,
            str(Path(__file__).with_name("slow_writer.py")),
            *arguments,
            str(connections["catalog"].settings_dict["NAME"]),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with writer:
        assert writer.stdout is not None
        for _ in range(after_blocks):
            if not writer.stdout.readline():
                break
        writer.send_signal(signal.SIGKILL)
        _, said = writer.communicate(timeout=PATIENCE_S)
    assert writer.returncode == -signal.SIGKILL, said.decode()


def test_no_byte_is_lost_or_doubled(owner: Asker, tmp_path: Path) -> None:
    dice = random.Random(7)  # noqa: S311 - where to kill, not a secret
    content = film(3_000_000)
    film_file = tmp_path / "film.mkv"
    film_file.write_bytes(content)
    upload = begun(owner.make("Film").id, len(content))
    offsets = [0]
    for _ in range(KILLS):
        write_and_kill(upload, film_file, dice.randint(5, 22))
        offset = upload.offset()
        held = spool.opened().folder(upload.id) / "film.mkv"
        assert held.stat().st_size >= offset, "what was acknowledged is on disk"
        assert held.read_bytes()[:offset] == content[:offset]
        offsets.append(offset)
    assert offsets == sorted(offsets)
    assert 0 < offsets[-1] < len(content), "a kill costs a little, not everything"
    assert upload.patch(offsets[-1], content[offsets[-1] :]).status_code == 204
    tasks.finish_uploads()
    (told,) = announced("upload.completed")
    stored = storage.open_storage(settings.get()).local_path(told["source_key"])
    assert stored is not None
    assert stored.read_bytes() == content


def test_a_killed_writer_holds_nobody_up(owner: Asker, tmp_path: Path) -> None:
    content = film(400_000)
    film_file = tmp_path / "film.mkv"
    film_file.write_bytes(content)
    upload = begun(owner.make("Film").id, len(content))
    write_and_kill(upload, film_file, 5)
    offset = upload.offset()
    # Where somebody is still at it, this is answered with a problem.
    assert upload.patch(offset, content[offset:]).status_code == 204
