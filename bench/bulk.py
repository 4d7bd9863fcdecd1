"""Titles brought in by a sheet: a thousand with a poster each, then with a backdrop as well.

A worker's own work in a throw-away installation that waits for the disk: reading, cutting each
picture in every size, rows, files in the media store. The pictures are made up, each another one,
as large as studios send them. CPU time is of the worker and of PostgreSQL. Beside it: the same
sheet with one line wrong, which must change nothing, and the export of what came in.

MATINEE_BENCH_TITLES sets another number of titles.
"""

import io
import os
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from bench.figures import Figure
from bench.installation import installation
from matinee.kernel import clock

TITLES = int(os.environ.get("MATINEE_BENCH_TITLES", "1000"))
_SIZES = {"poster": (1000, 1500), "backdrop": (1920, 1080)}
_COLUMNS = "name,slug,year,tagline,genres,credits,poster,backdrop"
_BLOCK_BYTES = 256 * 1024
_ROUNDED = 2


def measure() -> list[Figure]:
    """Seconds for the whole sheet, and of CPU."""
    with (
        installation({"MATINEE_LOG_LEVEL": "ERROR"}, durable=True),
        tempfile.TemporaryDirectory() as folder,
    ):
        wrong = _pack(Path(folder) / "wrong.zip", ["poster"], last="Wrong,wrong,soon,,,,,\n")
        refused_s, _, _, refused = _brought_in(wrong)
        figures = []
        for kinds, aim in ((["poster"], "<= 60"), (["poster", "backdrop"], None)):
            sheet = _pack(Path(folder) / f"{len(kinds)}.zip", kinds)
            wall_s, cpu_s, database_s, made = _brought_in(sheet)
            what = f"{TITLES} titles with {' and '.join(kinds)} by CSV"
            figures += [
                Figure(f"{what}, in", round(wall_s, _ROUNDED), "s", aim=aim),
                Figure(f"{what}, the worker's CPU", round(cpu_s, _ROUNDED), "s of CPU"),
                Figure(f"{what}, PostgreSQL's CPU", round(database_s, _ROUNDED), "s of CPU"),
            ]
            if made != TITLES:
                raise SystemExit(f"{made} titles of {TITLES} came in")
        export_s, lines = _exported()
    if refused or lines != 2 * TITLES + 1:
        raise SystemExit(f"{refused} titles of the wrong sheet came in; {lines} lines went out")
    figures += [
        Figure("a line of it wrong: nothing in, said by line", round(refused_s, _ROUNDED), "s"),
        Figure(f"{2 * TITLES} titles as CSV, out", round(export_s, _ROUNDED), "s"),
    ]
    return figures


def _brought_in(sheet: Path) -> tuple[float, float, float, int]:
    """Seconds by the clock, of this process's CPU and of PostgreSQL's; how many titles came in."""
    from matinee.catalog.actions import sheets  # noqa: PLC0415 - needs the records set up
    from matinee.catalog.models import SheetImport  # noqa: PLC0415 - as above
    from matinee.catalog.rules.workflow import MACHINE  # noqa: PLC0415 - as above

    with sheet.open("rb") as file:
        told = sheets.sheet_send(sheet.name, _blocks(file), MACHINE, is_trial=False)
    began_s, cpu_s, database_s = clock.monotonic_s(), time.process_time(), _database_s()
    sheets.sheet_take(told.id)
    wall_s = clock.monotonic_s() - began_s
    row = SheetImport._default_manager.get(pk=told.id)
    made = row.made if row.state == "done" else 0
    return wall_s, time.process_time() - cpu_s, _database_s() - database_s, made


def _exported() -> tuple[float, int]:
    from matinee.catalog import queries  # noqa: PLC0415 - needs the records set up
    from matinee.catalog.rules.sheets import csv_text  # noqa: PLC0415 - as above

    began_s = clock.monotonic_s()
    text = "".join(csv_text(queries.sheet_titles()))
    return clock.monotonic_s() - began_s, len(text.splitlines())


def _database_s() -> float:
    """Seconds of CPU that this installation's PostgreSQL has used."""
    home = os.environ["MATINEE_HOME"]
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            if "postgres" in process.name() and home in " ".join(_family(process)):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
        except psutil.NoSuchProcess:
            continue
    return total


def _family(process: psutil.Process) -> list[str]:
    """The command lines of a process and of those above it."""
    return [part for one in (process, *process.parents()) for part in one.cmdline()]


def _pack(to: Path, kinds: list[str], last: str = "") -> Path:
    """A ZIP of a sheet and its pictures; titles with more kinds are others."""
    lines = [_COLUMNS + "\n"]
    with zipfile.ZipFile(to, "w") as archive:
        for number in range(TITLES):
            for kind in kinds:
                size = _SIZES[kind]
                archive.writestr(f"pictures/{number}-{kind}.jpg", _picture(number, size))
            named = ",".join(
                f"pictures/{number}-{kind}.jpg" if kind in kinds else "" for kind in _SIZES
            )
            people = f'"director: Person {number % 97}; cast: Person {number % 89} / Somebody"'
            where = f"title-{len(kinds)}-{number},{1950 + number % 70}"
            words = f"Title {number},{where},It is number {number}."
            lines.append(f"{words},Drama; Sea,{people},{named}\n")
        archive.writestr("titles.csv", "".join(lines) + last)
    return to


def _picture(number: int, size: tuple[int, int]) -> bytes:
    """Colours that turn into each other with a grain, as photographs have."""
    chance = np.random.default_rng(number)
    coarse = chance.integers(0, 255, (12, 12, 3), dtype=np.uint8)
    smooth = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
    grain = chance.integers(0, 24, (size[1], size[0], 1), dtype=np.uint8)
    pixels = np.asarray(smooth) // 2 + grain + 40
    out = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(out, "JPEG", quality=85)
    return out.getvalue()


def _blocks(file: "io.BufferedReader") -> Iterator[bytes]:
    while block := file.read(_BLOCK_BYTES):
        yield block
