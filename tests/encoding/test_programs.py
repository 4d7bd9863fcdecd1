"""Tools are watched: bounded in time and output, without network, and never orphans."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from matinee.encoding import programs, settings
from matinee.encoding.programs import Bounds, ProgramError, TooSlowError
from matinee.kernel import binaries, clock, yielding
from tests.patience import PATIENCE_S, until

Tool = Callable[[str], None]


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tool]:
    """Lets a script stand where ffmpeg stands."""

    def stand_in(script: str) -> None:
        path = tmp_path / "ffmpeg"
        path.write_text(f"#!{sys.executable}\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("MATINEE_FFMPEG", str(path))
        binaries.find.cache_clear()

    yield stand_in
    monkeypatch.undo()
    binaries.find.cache_clear()


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def noted(note: Path) -> int:
    """The process that a tool has written down, once it has."""
    return int(until(lambda: note.exists() and note.read_text()) or 0)


def test_output_errors_and_usage_come_back(tool: Tool) -> None:
    tool("import sys; print('one'); print('two', file=sys.stderr); sum(range(10**6))")
    outcome = programs.run("ffmpeg", [], Bounds(PATIENCE_S))
    assert outcome.output == b"one\n"
    assert outcome.lines == ["two"]
    assert outcome.cpu_s > 0
    assert outcome.wall_s > 0


def test_a_failure_carries_the_last_words(tool: Tool) -> None:
    tool("import sys; print('no such codec', file=sys.stderr); sys.exit(3)")
    with pytest.raises(ProgramError, match="no such codec") as caught:
        programs.run("ffmpeg", [], Bounds(PATIENCE_S))
    assert caught.value.code == 3


def test_a_tool_that_talks_without_end_fills_no_memory(tool: Tool) -> None:
    tool("import sys\nfor n in range(400): sys.stdout.write('x' * 100_000)")
    outcome = programs.run("ffmpeg", [], Bounds(PATIENCE_S))
    assert len(outcome.output) <= 16 * 1024 * 1024


def test_a_tool_that_takes_too_long_is_killed_with_its_children(tool: Tool, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    tool(
        "import subprocess, time, pathlib\n"
        f"child = subprocess.Popen(['sleep', '600'])\n"
        f"pathlib.Path({str(note)!r}).write_text(str(child.pid))\n"
        "time.sleep(600)"
    )

    late_s = clock.monotonic_s() + 1200
    turned = pytest.MonkeyPatch()

    def late_once_it_has_a_child() -> None:
        if note.exists() and note.read_text():
            turned.setattr(clock, "monotonic_s", lambda: late_s)

    with pytest.raises(TooSlowError):
        programs.run("ffmpeg", [], Bounds(600), pulse=late_once_it_has_a_child)
    turned.undo()
    until(lambda: is_gone(noted(note)))


def test_what_the_pulse_raises_stops_the_tool(tool: Tool, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    tool(
        "import os, pathlib, time\n"
        f"pathlib.Path({str(note)!r}).write_text(str(os.getpid()))\n"
        "time.sleep(600)"
    )

    def stop() -> None:
        if note.exists() and note.read_text():
            raise KeyError

    with pytest.raises(KeyError):
        programs.run("ffmpeg", [], Bounds(PATIENCE_S), pulse=stop)
    until(lambda: is_gone(noted(note)))


def test_a_tool_comes_after_all_that_its_encoder_lets_go_first(tool: Tool, tmp_path: Path) -> None:
    began, group = tmp_path / "began", Path("/proc/self/autogroup")
    tool(
        "import os, pathlib, time\n"
        f"while not pathlib.Path({str(began)!r}).exists(): time.sleep(0.01)\n"
        "print(os.getpriority(os.PRIO_PROCESS, 0))\n"
        f"print(pathlib.Path({str(group)!r}).read_text() if {group.exists()} else '')"
    )

    def run_behind() -> tuple[int, bytes]:
        yielding.step_back(7)
        done = programs.run("ffmpeg", [], Bounds(PATIENCE_S), pulse=began.touch)
        return os.getpriority(os.PRIO_PROCESS, 0), done.output

    with ThreadPoolExecutor(1) as pool:
        nice, said = pool.submit(run_behind).result()
    own, *session = said.split()
    assert int(own) == nice >= 7
    # `/autogroup-<number> nice <nice>`, where the kernel has them.
    assert not session or int(session[-1]) == nice


def test_a_tool_dies_with_its_encoder(tool: Tool, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    tool(
        "import os, pathlib, time\n"
        f"pathlib.Path({str(note)!r}).write_text(str(os.getpid()))\n"
        "time.sleep(600)"
    )
    code = (
        "from matinee.encoding import programs\nprograms.run('ffmpeg', [], programs.Bounds(600))\n"
    )
    encoder = subprocess.Popen([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": "src"})
    pid = noted(note)
    encoder.send_signal(signal.SIGKILL)
    encoder.wait(PATIENCE_S)
    until(lambda: is_gone(pid))


def may_leave_the_network() -> bool:
    command = ["unshare", "--net", "true"] if os.geteuid() == 0 else ["unshare", "-Un", "true"]
    return (
        subprocess.run(command, check=False, capture_output=True, timeout=PATIENCE_S).returncode
        == 0
    )


def test_a_tool_has_no_network_and_no_more_memory_than_allowed(
    tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_ENCODING_MEMORY_BYTES_MAX", str(1024**3))
    settings.get.cache_clear()
    tool(
        "import resource, pathlib\n"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0])\n"
        "print(resource.getrlimit(resource.RLIMIT_FSIZE)[0])\n"
        "print(len(pathlib.Path('/proc/net/route').read_text().splitlines()))"
    )
    outcome = programs.run("ffmpeg", [], Bounds(PATIENCE_S, file_bytes=12345))
    memory, size, routes = outcome.output.decode().split()
    assert int(memory) == 1024**3
    assert int(size) == 12345
    # The heading at most; where the machine forbids a network of one's own, ffmpeg's own
    # whitelist of protocols stands alone.
    if may_leave_the_network():
        assert int(routes) <= 1


@pytest.mark.asvs("V5.2.1")
def test_ffmpeg_opens_no_playlist_however_it_is_named(tmp_path: Path, ffmpeg: Path) -> None:
    """The whitelist holds by itself, without the look at the first bytes."""
    from matinee.encoding import ffmpeg as tools  # noqa: PLC0415 - the fixture has its name

    assert ffmpeg.is_file()
    path = tmp_path / "film.mp4"
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n/etc/passwd\n#EXT-X-ENDLIST\n")
    with pytest.raises(ProgramError):
        tools.probe(path)
    path.write_text("ffconcat version 1.0\nfile /etc/passwd\n")
    with pytest.raises(ProgramError):
        tools.probe(path)
