"""What the tests of encoding share: clips, an upload, and hands that work until nothing is left."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from matinee.contracts.encoding import EncodeReport
from matinee.contracts.events import (
    EncodeProgressed,
    EncodeReported,
    RenditionReady,
    UploadCompleted,
)
from matinee.encoding import events as _heard  # noqa: F401 - registers the handlers
from matinee.encoding import room, settings
from matinee.encoding.models import Encode, Outbox
from matinee.encoding.steps.work import work_once
from matinee.kernel import asking, binaries, ids
from matinee.kernel import settings as shared
from matinee.kernel.events.hearing import hear
from matinee.run import questions
from tests.encoding import packing


@dataclass(frozen=True)
class Told:
    """What encoding announced, in order."""

    progress: list[EncodeProgressed]
    ready: list[RenditionReady]
    reports: list[EncodeReport]

    @property
    def error(self) -> str:
        return (self.progress[-1].error if self.progress else None) or ""


def told() -> Told:
    rows = list(Outbox.objects.order_by("id"))
    of = {kind.type: kind for kind in (EncodeProgressed, EncodeReported, RenditionReady)}
    events = [of[row.type].model_validate(row.body) for row in rows if row.type in of]
    return Told(
        [event for event in events if isinstance(event, EncodeProgressed)],
        [event for event in events if isinstance(event, RenditionReady)],
        [event.report for event in events if isinstance(event, EncodeReported)],
    )


def upload(path: Path, title_id: UUID | None = None) -> Encode:
    """Put a film into the media store and let encoding hear of it."""
    upload_id = ids.uuid7()
    key = f"sources/{upload_id}/source"
    room.store().put_file(path, key)
    event = UploadCompleted(
        upload_id=upload_id,
        title_id=title_id or ids.uuid7(),
        source_key=key,
        file_name=path.name,
    )
    hear("encoding", event.type, event.model_dump(mode="json"))
    return Encode.objects.get(upload_id=upload_id)


def work_until_idle(most: int = 100) -> int:
    """Do step after step, as an encoder would; how many."""
    for count in range(most):
        if not work_once():
            return count
    msg = f"still not idle after {most} steps"
    raise AssertionError(msg)


@pytest.fixture(autouse=True)
def encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], Encode]]:
    """Fast presets and a store of the test's own; nothing may stay behind in the work folder."""
    monkeypatch.setenv("MATINEE_ENCODING_PRESET", "ultrafast")
    monkeypatch.setenv("MATINEE_ENCODING_AV1_PRESET", "13")
    monkeypatch.setenv("MATINEE_ENCODING_CODECS", "h264")
    monkeypatch.setenv("MATINEE_ENCODING_WORK_FOLDER", str(tmp_path / "work"))
    monkeypatch.setenv("MATINEE_MEDIA_URL", (tmp_path / "media").as_uri())
    shared.get.cache_clear()
    settings.get.cache_clear()
    # Not by `monkeypatch`, which some tests undo in the middle.
    before, asking._Known.way = asking._Known.way, questions.client
    yield upload
    asking._Known.way = before
    shared.get.cache_clear()
    settings.get.cache_clear()


@pytest.fixture(scope="session")
def ffmpeg() -> Path:
    return binaries.find("ffmpeg")


@pytest.fixture(scope="session")
def long(ffmpeg: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of three chunks that costs little more than a tiny one."""
    path = tmp_path_factory.mktemp("clips") / "long.mp4"
    drawn = ["-f", "lavfi", "-i", "testsrc2=size=128x72:rate=12:duration=26"]
    codec = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"]
    command = [str(ffmpeg), "-v", "error", *drawn, *codec, str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path


@pytest.fixture(scope="session")
def tiny(ffmpeg: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film that is sound and costs next to nothing."""
    path = tmp_path_factory.mktemp("clips") / "tiny.mp4"
    lavfi = [str(ffmpeg), "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=128x72:duration=1.5"]
    heard = ["-f", "lavfi", "-i", "sine=duration=1.5", "-c:v", "libx264", "-preset", "ultrafast"]
    subprocess.run([*lavfi, *heard, "-pix_fmt", "yuv420p", str(path)], check=True, timeout=60)
    return path


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Finished tracks of every kind, as `packing` makes them."""
    folder = tmp_path_factory.mktemp("parts")
    packing.make_parts(folder)
    return folder


@pytest.fixture(scope="session")
def packed(parts: Path, tmp_path_factory: pytest.TempPathFactory) -> packing.Packed:
    """An encrypted package of them."""
    return packing.pack(parts, tmp_path_factory.mktemp("packed") / "package", packing.KEY)
