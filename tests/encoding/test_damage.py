"""A film that decodes with errors is refused, wherever its bits were flipped."""

import random
import subprocess
from pathlib import Path

import pytest

from matinee.encoding import room, settings
from matinee.encoding.models import DeadLetter, Encode
from matinee.encoding.steps import verdicts
from matinee.encoding.steps.work import work_once
from tests.encoding.conftest import told, upload
from tests.encoding.test_kinds import AAC, H264, make, picture, sound

pytestmark = pytest.mark.django_db(databases="__all__")

LENGTH_S = 1.2
SMALL = (*picture("128x72", length=LENGTH_S), *sound(LENGTH_S))
X265 = ("-preset", "ultrafast", "-x265-params", "log-level=none")
FILMS: dict[str, tuple[str, ...]] = {
    "h264.mp4": (*SMALL, *H264, *AAC),
    "h264.mkv": (*SMALL, *H264, *AAC),
    "hevc.mp4": (*SMALL, "-c:v", "libx265", *X265, *AAC),
    "vp9.webm": (*SMALL, "-c:v", "libvpx-vp9", "-cpu-used", "8", "-deadline", "realtime"),
    "av1.mp4": (*SMALL, "-c:v", "libsvtav1", "-preset", "12", "-svtav1-params", "lp=1", *AAC),
    "prores.mov": (*SMALL, "-c:v", "prores_ks", *AAC),
}
SEEDS = range(4)


@pytest.fixture(scope="session")
def whole(ffmpeg: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    return {
        name: make(ffmpeg, folder / name, *arguments).read_bytes()
        for name, arguments in FILMS.items()
    }


def flipped(whole: bytes, seed: int) -> bytes:
    """One bit in a calm film, up to a dozen in others, anywhere in the file."""
    chance = random.Random(seed)  # noqa: S311 - the same damage in every run
    data = bytearray(whole)
    for _ in range(chance.choice([1, 3, 12])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def decodes_with_errors(ffmpeg: Path, path: Path) -> bool:
    """Whether ffmpeg by itself complains, of more than references to cut-off pictures."""
    lenient = ["-v", "level+error", "-err_detect", "crccheck+bitstream+buffer"]
    command = [str(ffmpeg), *lenient, "-i", str(path), "-map", "0:v", "-map", "0:a", "-f", "null"]
    done = subprocess.run([*command, "-"], check=False, capture_output=True, timeout=60)
    lines = done.stderr.decode(errors="replace").splitlines()
    return done.returncode != 0 or verdicts.has_other_errors(lines)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", FILMS)
def test_flipped_bits_are_found(
    name: str, seed: int, whole: dict[str, bytes], tmp_path: Path, ffmpeg: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(flipped(whole[name], seed))
    encode = upload(path)
    for _ in ("probe", "check"):
        assert work_once()
        encode.refresh_from_db()
        if encode.status != Encode.Status.ACTIVE:
            break
    assert not DeadLetter.objects.exists()
    if encode.status == Encode.Status.ACTIVE:
        assert not decodes_with_errors(ffmpeg, path)
        return
    assert encode.status == Encode.Status.FAILED
    assert told().error.endswith(".")
    assert not (settings.get().work / str(encode.pk)).exists()
    assert not list(room.store().keys("packages"))


@pytest.mark.parametrize("name", FILMS)
def test_a_hole_is_found(name: str, whole: dict[str, bytes], tmp_path: Path) -> None:
    """A block that a disk lost, as zeros, in the middle of the film."""
    data = bytearray(whole[name])
    length = len(data) // 5
    data[len(data) // 2 : len(data) // 2 + length] = bytes(length)
    (tmp_path / name).write_bytes(bytes(data))
    upload(tmp_path / name)
    assert work_once()
    work_once()
    assert told().progress[-1].stage == "failed"
    assert told().error.endswith(".")
