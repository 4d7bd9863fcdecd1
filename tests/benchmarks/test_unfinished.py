"""A long benchmark that was cut short goes on, and never with what other code measured."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.unfinished import Unfinished


@dataclass
class Told:
    name: str
    points: list[tuple[float, float]]


def _cut_short() -> Told:
    raise KeyboardInterrupt


def _found(times: list[str], name: str) -> Callable[[], Told]:
    def measure() -> Told:
        times.append(name)
        return Told(name, [(1.5, 95.0)])

    return measure


def test_pieces_are_measured_once_until_the_whole_is_there(tmp_path: Path) -> None:
    code, film = tmp_path / "code.py", tmp_path / "film.mkv"
    code.write_text("one")
    film.write_bytes(b"film")
    times: list[str] = []

    def begun() -> Unfinished[Told]:
        return Unfinished("ladder", Told, [code], tmp_path / "kept")

    first = begun().piece("a", film, _found(times, "a"))
    with pytest.raises(KeyboardInterrupt):
        begun().piece("b", film, _cut_short)
    again = begun()
    assert again.piece("a", film, _found(times, "a")) == first
    again.piece("b", film, _found(times, "b"))
    assert times == ["a", "b"]
    again.end()
    begun().piece("a", film, _found(times, "a"))
    assert times == ["a", "b", "a"]


@pytest.mark.parametrize("changed", ["code/rule.py", "film.mkv"])
def test_what_other_code_or_another_film_gave_does_not_count(tmp_path: Path, changed: str) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "rule.py").write_text("one")
    (tmp_path / "film.mkv").write_bytes(b"film")
    times: list[str] = []
    for _ in range(2):
        begun = Unfinished("ladder", Told, [tmp_path / "code"], tmp_path / "kept")
        begun.piece("a", tmp_path / "film.mkv", _found(times, "a"))
        (tmp_path / changed).write_text("two")
    assert times == ["a", "a"]
