"""Inside bubblewrap a tool sees its files and nothing else; without it, it still works."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from matinee.encoding import ffmpeg as tools
from matinee.encoding import programs, sandbox, settings
from matinee.encoding.programs import Bounds, ProgramError, TooSlowError
from matinee.kernel import binaries
from tests.patience import PATIENCE_S

Shell = Callable[[str], str]

needs_bubblewrap = pytest.mark.skipif(
    bool(programs.why_unwrapped(None)),
    reason=f"bubblewrap cannot run here, so its tests do not: {programs.why_unwrapped(None)}",
)


def fresh() -> None:
    settings.get.cache_clear()
    binaries.find.cache_clear()
    programs.why_unwrapped.cache_clear()


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """Lets a shell stand where ffmpeg stands, wrapped as that is."""
    monkeypatch.setenv("MATINEE_FFMPEG", "/bin/sh")
    fresh()

    def said(script: str) -> str:
        return programs.run("ffmpeg", ["-c", script], Bounds(PATIENCE_S)).output.decode()

    yield said
    monkeypatch.undo()
    fresh()


@needs_bubblewrap
def test_a_tool_sees_neither_files_nor_processes_of_others(shell: Shell) -> None:
    assert shell("echo /proc/[0-9]*; echo $$").split() == ["/proc/1", "1"]
    seen = set(shell("echo /* /etc/* /home/* /var/*").split())
    assert seen >= {"/dev", "/proc"}
    assert not seen & {"/etc", "/home", "/work", "/var", "/etc/passwd"}
    with pytest.raises(ProgramError, match="No such file"):
        shell("read x < /etc/passwd")
    # The heading and the loopback device.
    assert len(shell("while read x; do echo $x; done < /proc/net/dev").splitlines()) == 3


@needs_bubblewrap
@pytest.mark.usefixtures("shell")
def test_a_tool_writes_where_it_is_told_and_nowhere_else(tmp_path: Path) -> None:
    for name in ("read", "beside", "write"):
        (tmp_path / name).mkdir()
    film = tmp_path / "read" / "film"
    film.write_text("pictures\n")
    out = tmp_path / "write" / "out"
    script = f"""
        read x < {film}; echo "$x" > "$4"; echo "$x"
        echo changed > {film}
        echo more > {film.parent}/more
        echo more > {tmp_path}/beside/more
        echo /tmp/* > /tmp/own
        """
    done = programs.run(
        "ffmpeg", ["-c", script, "sh", "-i", f"file:{film}", "x", str(out)], Bounds(PATIENCE_S)
    )
    assert done.output == b"pictures\n"
    # Beside the film it may write, but into a memory of its own that ends with it.
    assert len(done.lines) == 2
    assert film.read_text() == "pictures\n"
    assert [path.name for path in film.parent.iterdir()] == ["film"]
    assert not list((tmp_path / "beside").iterdir())
    assert not Path("/tmp/own").exists()  # noqa: S108 - the tool's own is meant


@needs_bubblewrap
def test_a_wrapped_tool_is_bounded_and_counted(shell: Shell) -> None:
    used = programs.run(
        "ffmpeg", ["-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"], Bounds(PATIENCE_S)
    )
    assert used.cpu_s > 0.05
    with pytest.raises(TooSlowError):
        programs.run("ffmpeg", ["-c", "while true; do :; done"], Bounds(1.0))
    with pytest.raises(ProgramError) as caught:
        shell("exit 3")
    assert caught.value.code == 3


@pytest.mark.parametrize("wanted", ["auto", "off"])
def test_ffmpeg_works_with_and_without(
    wanted: str, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_ENCODING_SANDBOX", wanted)
    fresh()
    try:
        assert bool(programs.why_unwrapped(None)) or wanted == "auto"
        assert {one["codec_type"] for one in tools.probe(tiny)["streams"]} == {"video", "audio"}
    finally:
        monkeypatch.undo()
        fresh()


def test_a_machine_without_bubblewrap_falls_back_unless_told(
    monkeypatch: pytest.MonkeyPatch, tiny: Path
) -> None:
    monkeypatch.setattr(sandbox, "path", lambda: None)
    fresh()
    try:
        assert programs.why_unwrapped(None) == "bubblewrap is not installed"
        assert tools.probe(tiny)["streams"]
        monkeypatch.setenv("MATINEE_ENCODING_SANDBOX", "required")
        fresh()
        with pytest.raises(RuntimeError, match="requires bubblewrap"):
            tools.probe(tiny)
    finally:
        monkeypatch.undo()
        fresh()


def test_a_bubblewrap_that_is_forbidden_falls_back(
    monkeypatch: pytest.MonkeyPatch, tiny: Path
) -> None:
    monkeypatch.setattr(sandbox, "path", lambda: Path("/bin/false"))
    fresh()
    try:
        assert programs.why_unwrapped(None) == "it ended with 1"
        assert tools.probe(tiny)["streams"]
    finally:
        monkeypatch.undo()
        fresh()


def test_what_a_command_line_reads_and_writes(tmp_path: Path) -> None:
    film, room = tmp_path / "film.mp4", tmp_path / "room"
    film.touch()
    room.mkdir()
    log = f"libvmaf=log_path={room}/vmaf.json:n_threads=2"
    told = ["-i", f"file:{film}", "-lavfi", log, "-r", "30000/1001", f"{room}/new/out-%d.mp4"]
    assert sandbox.named(told) == ([film], [room])
    packed = [f"in={film},stream=video,init_segment={room}/v/init.mp4", "--mpd_output", f"{room}/m"]
    assert sandbox.named(packed) == ([film], [room])
    assert sandbox.named(["-f", "null", "-", "/dev/null", "/nothing"]) == ([], [])
