"""Sizes, names and dead files; what is merely longish may only become less."""

import json
from pathlib import Path

import pytest

from tests.tidy import house

RATCHET = Path(__file__).with_name("ratchet.json")

# Modules that something outside `src` names: the command, the web server, Django.
ENTRIES = {
    *("matinee.run.cli", "matinee.run.wsgi", "matinee.run.django_settings"),
    "matinee.kernel.postgres.base",
}


def sources() -> list[Path]:
    return list(house.files(*house.SOURCES))


def test_nothing_is_too_long() -> None:
    found = [f for path in sources() for f in house.too_long(path, path.read_text())]
    assert not found, "\n".join(map(str, found))


def test_no_name_for_anything() -> None:
    found = [f for path in sources() for f in house.banned(path)]
    assert not found, "\n".join(map(str, found))


def test_the_ratchet_only_tightens() -> None:
    counts = [house.longish(path, path.read_text()) for path in sources()]
    now = {
        f"files over {house.FILE_LINES_GOOD} lines": sum(files for files, _ in counts),
        f"functions over {house.FUNCTION_LINES_GOOD} lines": sum(f for _, f in counts),
    }
    allowed = json.loads(RATCHET.read_text())
    worse = {what: count for what, count in now.items() if count > allowed[what]}
    assert not worse, f"shorten what you wrote: {worse}, allowed {allowed}"
    better = {what: count for what, count in now.items() if count < allowed[what]}
    assert not better, f"well done; write {better} into {RATCHET.name}, so that it stays"


def test_no_module_is_dead() -> None:
    root = house.ROOT / "src"
    modules = {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for path in house.files("src")
    }
    texts = {name: path.read_text() for name, path in modules.items()}
    wired = _wired_by_convention(texts)
    steps = [path.read_text() for path in root.rglob("migrations/0*.py")]
    named = {found for text in steps for found in house.imports_of(text)}
    assert not house.dead(texts, ENTRIES | wired | named)


def _wired_by_convention(modules: dict[str, str]) -> set[str]:
    """What the composition root loads by its place in a service rather than by name."""
    loaded = {"api", "events", "tasks", "models", "apps"}
    of_services = {
        name for name in modules if name.count(".") == 2 and name.split(".")[2] in loaded
    }
    return {"matinee.kernel.keys.models", *of_services}


def test_a_violation_of_each_rule_is_found(tmp_path: Path) -> None:
    long_function = "def f() -> None:\n" + "    pass\n" * 61
    long_file = "x = 1\n" * 601
    wide = "def g(a, b, c, d, e, f): ...\n"
    path = tmp_path / "module.py"
    assert [f.what for f in house.too_long(path, long_function)] == ["f has 62 lines"]
    assert [f.what for f in house.too_long(path, long_file)] == ["601 lines, at most 600"]
    assert [f.what for f in house.too_long(path, wide)] == ["g takes 6"]
    assert house.longish(path, "def f() -> None:\n" + "    pass\n" * 31) == (0, 1)
    for name in ("utils.py", "date_helpers.py", "common.ts", "manager.py"):
        assert list(house.banned(Path(name))), name
    assert not list(house.banned(Path("commons_gallery.py")))


@pytest.mark.parametrize(
    ("importer", "expected"),
    [
        ("x = 1", ["p.lost"]),
        ("from p import lost", []),
        ("import p.lost", []),
        ("from p.lost import thing", []),
        ("load('p.lost:thing')", []),
        ("here.with_name('lost.py')", []),
    ],
)
def test_a_dead_module_is_found(importer: str, expected: list[str]) -> None:
    modules = {"p": "", "p.used": importer, "p.lost": "thing = 1"}
    assert house.dead(modules, {"p.used"}) == expected
