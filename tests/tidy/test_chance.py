"""Tests neither sleep, nor hold a stopwatch, nor give up early: they ask until something holds."""

import ast
from collections.abc import Iterator

from tests.patience import PATIENCE_S
from tests.tidy import house

# Each with why it may: `until` itself, what turns a clock, and what has nothing to ask.
ALLOWED = {
    "tests/benchmarks/test_shaped_network.py": "asks again, in a loop of asyncio's",
    "tests/billing/test_hearing.py": "shows that somebody waits",
    "tests/catalog/slow_publisher.py": "is slow on purpose",
    "tests/catalog/slow_writer.py": "is slow on purpose",
    "tests/encoding/test_programs.py": "turns the stopwatch; its tools sleep until they are killed",
    "tests/faults/asking.py": "measures how long viewers notice a fault",
    "tests/faults/trial.py": "measures how long a fault lasts",
    "tests/insights/slow_filer.py": "waits to be killed",
    "tests/journeys/service.py": "asks again",
    "tests/journeys/test_playing.py": "lets an outage last; hears of events meanwhile",
    "tests/journeys/test_survival.py": "kills every now and then",
    "tests/journeys/viewer.py": "asks again",
    "tests/kernel/test_ended_sessions.py": "turns the stopwatch",
    "tests/kernel/test_sealing.py": "turns the stopwatch",
    "tests/kernel/test_stores.py": "lets a lock of a store run out",
    "tests/patience.py": "asks again",
    "tests/playback/test_forgetting.py": "shows that somebody waits",
    "tests/playback/test_slots.py": "holds a slot for a moment",
    "tests/run/edge_hosts.py": "gives what should not be there the time to come",
    "tests/run/test_studio_lists.py": "stops the stopwatch",
    "tests/run/test_supervisor.py": "asks again, in a loop of asyncio's",
    "tests/throwaway.py": "asks again, before anything else can be imported",
}
SLEEPS = {"sleep", "wait_for_timeout"}
WAITS = {"join", "wait"}
STOPWATCHES = {"monotonic", "monotonic_s", "perf_counter"}
TODAY = {"today", "utcnow"}
_MS = 1000


def chances(text: str) -> Iterator[tuple[int, str]]:
    """Lines of a test file that leave something to chance, and what."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    # Until when something may take is no measuring.
    handed_on = {inner for call in calls for told in call.args for inner in ast.walk(told)}
    for node in calls:
        if not isinstance(node.func, ast.Attribute | ast.Name):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        if name in SLEEPS or ast.unparse(node.func) == "clock.pause":
            yield node.lineno, "sleeps; ask with tests.patience.until"
        elif name in STOPWATCHES and node not in handed_on:
            yield node.lineno, "holds a stopwatch; measure in bench/"
        elif name in TODAY:
            yield node.lineno, "asks for the day; take the kernel's clock"
        bounds = [each.value for each in node.keywords if each.arg == "timeout"]
        bounds += node.args if name in WAITS else []
        if any(map(_is_short, bounds)):
            yield node.lineno, f"gives up before {PATIENCE_S:.0f} s; take PATIENCE_S"


def _is_short(value: ast.expr) -> bool:
    """Whether a time-out, in seconds or as browsers have it in milliseconds, is a short one."""
    if not isinstance(value, ast.Constant) or not isinstance(value.value, int | float):
        return False
    return value.value < PATIENCE_S or _MS <= value.value < PATIENCE_S * _MS


def test_no_test_is_left_to_chance() -> None:
    found, needed = [], set()
    for path in house.files("tests"):
        name = house.name_of(path)
        if path.suffix == ".py":
            lines = list(chances(path.read_text()))
            needed |= {name} if lines else set()
            found += [f"{name}:{line} {what}" for line, what in lines if name not in ALLOWED]
    assert not found, "\n".join(found)
    assert needed >= set(ALLOWED), "an exception is left over"


def test_what_is_left_to_chance_is_found() -> None:
    lines = (
        "time.sleep(1)",
        "page.wait_for_timeout(500)",
        "began = clock.monotonic_s()",
        "day = date.today()",
        "thread.join(5)",
        "expect(row).to_be_visible(timeout=20_000)",
    )
    assert [line for line, _ in chances("\n".join(lines))] == [1, 2, 3, 4, 5, 6]
    assert not list(chances("httpx.get(url, timeout=PATIENCE_S)\nrun(timeout=600)"))
