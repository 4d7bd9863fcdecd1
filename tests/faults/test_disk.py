"""The disk is full, or slow: a small file system of its own, as only root can make one."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from matinee.kernel import ids
from tests.faults.conftest import copied, used
from tests.faults.recording import Row
from tests.faults.trial import Fault, Trial
from tests.patience import PATIENCE_S, until

pytestmark = pytest.mark.engines

GROUP = "Disk"
_DISK_BYTES = 1536 * 1024 * 1024
_BLKIO = Path("/sys/fs/cgroup/blkio")
# A commit is a write and a flush, which counts as one, and the store's log has both every second.
# What is left of so many lets each commit wait for half a second, and those behind it for a whole.
_WRITES_PER_S = 8


@dataclass
class Disk:
    """A file system in a file, below a folder of its own."""

    mount: Path
    device: str

    @property
    def ballast(self) -> Path:
        """What takes all the room that is left."""
        return self.mount / "ballast"

    def fill(self) -> None:
        """Leave not one block."""
        with self.ballast.open("wb", buffering=0) as file:
            for size in (8 * 1024 * 1024, 4096):
                while _wrote(file.fileno(), size):
                    pass

    def empty(self) -> None:
        """Make room again."""
        self.ballast.unlink()


def _wrote(handle: int, size: int) -> bool:
    try:
        return os.write(handle, bytes(size)) == size
    except OSError:
        return False


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def disk(master: Path) -> Iterator[Disk]:
    if os.geteuid() != 0 or not shutil.which("mkfs.ext4"):
        pytest.skip("a full and a slow disk: only root can mount one, with mkfs.ext4")
    folder = Path(tempfile.mkdtemp(prefix="matinee-disk-"))
    folder.chmod(0o711)
    image, mount = folder / "image", folder / "home"
    mount.mkdir()
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        with image.open("wb") as file:
            file.truncate(_DISK_BYTES)
        run("mkfs.ext4", "-q", "-F", "-m", "0", str(image))
        try:
            run("mount", "-o", "loop", str(image), str(mount))
        except subprocess.CalledProcessError as error:
            pytest.skip(f"a full and a slow disk: this machine mounts no file: {error.stderr}")
        stack.callback(run, "umount", "--lazy", str(mount))
        mount.chmod(0o711)
        copied(master, mount)
        yield Disk(mount, run("findmnt", "-no", "MAJ:MIN", str(mount)))


@pytest.fixture(scope="module")
def trial(disk: Disk, rows: list[Row]) -> Iterator[Trial]:
    with used(disk.mount, rows) as found:
        yield found


def test_the_disk_is_full(trial: Trial, disk: Disk) -> None:
    """What is there is shown and played; what cannot be kept is refused in words, not lost."""

    def fill() -> None:
        disk.fill()
        refused = until(lambda: _refusal(trial))
        assert refused is not None
        assert refused.headers["content-type"].startswith("application/problem+json")

    trial.of(Fault(GROUP, "full, then room again", fill, undo=disk.empty))


def _refusal(trial: Trial) -> httpx.Response | None:
    """What somebody is told who signs up, as soon as that cannot be kept."""
    form = {
        "email": f"{ids.uuid7().hex}@example.org",
        "password": ids.secret(),
        "profile_name": "Vera",
    }
    with trial.service.client() as client:
        answer = client.post("/api/identity/sign-up", json=form)
    return answer if answer.is_error else None


@pytest.fixture
def slowly(trial: Trial) -> Iterator[Path]:
    """A control group whose writes to the disk wait; every process of the installation is in it."""
    group = _BLKIO / f"matinee-{os.getpid()}"
    if not (_BLKIO / "blkio.throttle.write_iops_device").exists():
        pytest.skip("a slow disk: this kernel has no control group that slows writes down (v1)")
    group.mkdir()
    assert trial.service.process is not None
    supervisor = psutil.Process(trial.service.process.pid)
    for member in (supervisor, *supervisor.children(recursive=True)):
        _move(member.pid, group)
    yield group / "blkio.throttle.write_iops_device"
    for pid in (group / "cgroup.procs").read_text().split():
        _move(int(pid), _BLKIO)
    until(lambda: not (group / "cgroup.procs").read_text())
    group.rmdir()


def _move(pid: int, group: Path) -> None:
    # One that ended while the others were listed needs no group.
    with contextlib.suppress(ProcessLookupError):
        (group / "cgroup.procs").write_text(str(pid))


def test_the_disk_is_slow(trial: Trial, disk: Disk, slowly: Path) -> None:
    """Nobody is taken for hanging who waits for the disk."""
    before = {str(one["name"]): one["pid"] for one in trial.status()}

    def slow() -> None:
        slowly.write_text(f"{disk.device} {_WRITES_PER_S}")
        for _ in range(2):
            trial.household.somebody_comes()

    def fast_again() -> None:
        slowly.write_text(f"{disk.device} 0")

    trial.of(Fault(GROUP, "half a second for each commit, then as before", slow, undo=fast_again))
    assert {str(one["name"]): one["pid"] for one in trial.status()} == before
