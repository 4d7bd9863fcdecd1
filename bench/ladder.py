"""What a film's own ladder saves against the ladders that every film gets elsewhere.

Each title is encoded by Matinee as in production, up to the package; beside it stand
Apple's HLS authoring ladder and Netflix's of 2015, as far as they do not exceed the
source, by the same x264 at the same preset and with the same GOPs, two-pass to their
bit rates with peaks of twice the mean: the strongest form in which they are used. x264's
balance of flat areas and grain is ours in our ladder only. A third one is what simple servers
make: six sizes at one CRF by x264's preset `medium` as it is, whatever ours. All frames of every
rung are measured with VMAF. Titles are the clips' first seconds and two films of the demo; what
was measured of some of them is kept until all are.
"""

import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import groupby
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

from bench import media, searching
from bench.figures import ROOT, Figure
from bench.installation import installation, upload, work_until
from bench.searching import Searching
from bench.unfinished import Unfinished
from matinee.contracts.events import EncodeStopped
from matinee.demo.films import registry
from matinee.demo.films.rendering import render_reel
from matinee.encoding.rules import bjontegaard, choice, encoders, filters, ladder, plan, saved
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.windows import Window, seek, whole
from matinee.kernel import binaries

if TYPE_CHECKING:
    # Needs settings and databases, which an installation brings.
    from matinee.encoding.steps.hands import Hands

TITLE_S = 12
DEMO_FILMS = 2
ANCHORS = {"Apple": saved.APPLE, "Netflix 2015": saved.NETFLIX}
# With keyframes every four seconds, as segments of fixed ladders have them.
SIMPLE, _SIMPLE_CRF, _SIMPLE_GOP_S = "six fixed sizes, x264 medium", 23, 4
_SIMPLE_LINES = (144, 240, 360, 480, 720, 1080)
DEVIATION_MAX = 1.0
_TOOL_S = 3600
# So many files are measured by one decode of the film.
_TOGETHER = 4
Points = list[tuple[float, float]]


@dataclass
class Title:
    """What was measured of one title: points of bit/s and VMAF by ladder."""

    name: str
    points: dict[str, Points] = field(default_factory=dict)
    # By rung, over all frames: how far its VMAF is from its aim, and from what the encode said.
    misses: dict[str, tuple[float, float]] = field(default_factory=dict)
    searching: Searching = field(default_factory=lambda: Searching(0.0, 0.0, 0.0))

    def bd_rate(self, anchor: str, test: str) -> float | None:
        """Bits of a ladder against an anchor at equal VMAF, less one, in per cent."""
        ours, theirs = self.points.get(test, []), self.points.get(anchor, [])
        difference = bjontegaard.bd_rate(theirs, ours)
        return None if difference is None else 100 * difference


def measure() -> list[Figure]:
    """BD-rates by title and their means; deviations from the aims; the share of analysis."""
    code = [Path(__file__), ROOT / "src" / "matinee" / "encoding"]
    before = Unfinished("ladder", Title, code)
    titles = []
    with installation({}), tempfile.TemporaryDirectory(prefix="matinee-bench-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        for name, (source, film) in _films(folder).items():
            titles.append(before.piece(name, source, partial(_measured, film)))
            print(_lines_of(titles[-1]), flush=True)
    before.end()
    return _figures(titles)


def _films(folder: Path) -> dict[str, tuple[Path, partial[Path]]]:
    """The clips and some demo films by name: what each is made of, and how."""
    films = {clip.stem: (clip, partial(_cut, clip, folder)) for clip in media.clips()}
    drawn = Path(registry.__file__).parent
    for name in list(registry.REELS)[:DEMO_FILMS]:
        films[name] = (drawn, partial(_rendered, name, folder))
    return films


def _rendered(name: str, folder: Path) -> Path:
    ffmpeg = binaries.find("ffmpeg")
    return _cut(render_reel(registry.REELS[name], folder / f"{name}.mkv", ffmpeg), folder)


def _cut(film: Path, folder: Path) -> Path:
    """A film's first seconds, without encoding anew."""
    cut = folder / f"{film.stem}.cut.mkv"
    _ffmpeg("-t", str(TITLE_S), "-i", str(film), "-map", "0:v:0", "-c", "copy", str(cut))
    return cut


def _measured(made: Callable[[], Path]) -> Title:
    from matinee.encoding import actions, queries  # noqa: PLC0415 - need the installation
    from matinee.encoding.steps import joining  # noqa: PLC0415
    from matinee.encoding.steps.hands import Hands  # noqa: PLC0415

    film = made()
    title = Title(film.name.removesuffix(".cut.mkv"))
    encode_id = upload(film)
    work_until(encode_id, plan.FULL_PACKAGE)
    title.searching = searching.of_encode(encode_id)
    claim = actions.step_claim()
    if claim is None:
        raise SystemExit(f"{film.name} could not be encoded; see above")
    hands = Hands(claim)
    said = _said(queries.facts_of(encode_id, "judge-").values())
    rungs = joining.videos(hands, complete=True)
    for (rung, _), (bps, vmaf) in zip(rungs, _points(hands, rungs), strict=True):
        if rung.dynamic_range == "sdr":
            # An HDR picture is measured against another than the fixed ladders' tone-mapped one.
            title.points.setdefault(rung.codec, []).append((bps, vmaf))
        aim, told = said.get(rung.name, (vmaf, vmaf))
        title.misses[rung.name] = (vmaf - aim, vmaf - told)
    for anchor, table in ANCHORS.items():
        title.points[anchor] = _fixed(hands, table)
    title.points[SIMPLE] = _simple(hands)
    actions.encode_stop(EncodeStopped(title_id=claim.title_id))
    hands.room.clear()
    return title


def _said(facts: Iterable[dict[str, list[dict[str, float]]]]) -> dict[str, tuple[float, float]]:
    """Each rung's aim and measured VMAF, as its last judge reported them."""
    rungs = [rung for found in facts for rung in found["rungs"]]
    return {str(rung["name"]): (rung["vmaf_aim"], rung["vmaf"]) for rung in rungs}


def _fixed(hands: "Hands", table: Sequence[tuple[int, int]]) -> Points:
    """The points of a fixed ladder's rungs, really encoded."""
    size = hands.source.picture.display_size
    made = []
    with hands.room.draft_folder() as folder:
        for number, (lines, bps) in enumerate(saved.fixed(table, ladder.lines_of(size))):
            rung = choice.trial_rung("h264", hands.source.picture, lines, hands.plan.rate, 0)
            path = folder / f"{number}.mp4"
            _two_pass(hands, rung, bps, path)
            made.append((rung, path))
        return _points(hands, made)


def _simple(hands: "Hands") -> Points:
    """The points of sizes that are encoded alike, as far as they do not exceed the source."""
    size = hands.source.picture.display_size
    made = []
    with hands.room.draft_folder() as folder:
        for lines in (n for n in _SIMPLE_LINES if n <= ladder.lines_of(size)):
            rung = choice.trial_rung("h264", hands.source.picture, lines, hands.plan.rate, 0)
            path = folder / f"{lines}.mp4"
            gop = str(round(_SIMPLE_GOP_S * Fraction(rung.rate)))
            codec = ["-c:v", "libx264", "-preset", "medium", "-crf", str(_SIMPLE_CRF)]
            _ffmpeg(*_drawn(hands, rung), *codec, "-g", gop, "-keyint_min", gop, str(path))
            made.append((rung, path))
        return _points(hands, made)


def _two_pass(hands: "Hands", rung: Rung, bps: int, path: Path) -> None:
    """Encode to a mean bit rate with peaks of twice as much, as Apple's specification allows."""
    from matinee.encoding import settings  # noqa: PLC0415

    preset = settings.get().preset
    capped = rung.model_copy(update={"bitrate_bps_max": 2 * bps})
    ours = encoders.x264(capped, preset, encoders.PART_THREADS)
    at, tuned = ours.index("-crf"), ours.index("-x264-params")
    # Theirs is as quick as ours, and keeps what ours keeps.
    ours[tuned + 1] = encoders.KEPT.get(preset, "")
    kept = [word for n, word in enumerate(ours) if n not in {at, at + 1}]
    rate = [*kept, "-b:v", str(bps), "-passlogfile", str(path)]
    inputs = [*_drawn(hands, rung), *rate]
    _ffmpeg(*inputs, "-pass", "1", "-f", "null", "-")
    _ffmpeg(*inputs, "-pass", "2", str(path))


def _drawn(hands: "Hands", rung: Rung) -> list[str]:
    """The film's pictures at a rung's size, for an encoder."""
    film = hands.film()
    before, fps = seek(_window(hands), film.zero_s)
    drawn = filters.picture(hands.source.picture, (rung.width, rung.height), fps)
    picture = ["-map", f"0:{film.picture_index}", "-an", "-sn", "-vf", drawn]
    return [*before, "-i", str(film.path), *picture, "-frames:v", str(_window(hands).frames)]


def _points(hands: "Hands", made: Sequence[tuple[Rung, Path]]) -> Points:
    """Bit/s and the mean VMAF of all frames of each file; the film is decoded once for some."""
    from matinee.encoding.steps.quality import Look, score  # noqa: PLC0415

    window = _window(hands)
    points: Points = []
    for kind, alike in groupby(made, key=lambda one: one[0].dynamic_range):
        paths = [path for _, path in alike]
        for some in (paths[n : n + _TOGETHER] for n in range(0, len(paths), _TOGETHER)):
            told = score(hands, [Look(window, ())], [[path] for path in some], kind)
            bps = [path.stat().st_size * 8 / window.duration_s for path in some]
            points += zip(bps, map(mean, told), strict=True)
    return points


def _window(hands: "Hands") -> Window:
    return whole(hands.plan.frames or 1, hands.plan.rate)


def _ffmpeg(*arguments: str) -> None:
    command = [str(binaries.find("ffmpeg")), "-v", "error", "-nostdin", "-y", *arguments]
    subprocess.run(command, check=True, timeout=_TOOL_S)


def _lines_of(title: Title) -> str:
    """A title's table: every ladder's points, and what they come to."""
    lines = [f"\n{title.name}"]
    for name, points in title.points.items():
        told = "  ".join(f"{bps / 1000:.0f}k:{vmaf:.1f}" for bps, vmaf in points)
        lines.append(f"  {name:12} {told}")
    for test in ("h264", "av1"):
        for anchor in (*ANCHORS, SIMPLE):
            difference = title.bd_rate(anchor, test)
            told = "nothing in common" if difference is None else f"{difference:+.1f} %"
            lines.append(f"  {test} against {anchor}: {told}")
    off = "  ".join(
        f"{rung} {miss:+.2f} ({said:+.2f})" for rung, (miss, said) in title.misses.items()
    )
    lines.append(f"  off the aim (off what was said), VMAF: {off}")
    spent = title.searching
    lines.append(f"  for the ladder {spent.share:.0f} % of {spent.total_s:.1f} CPU s")
    return "\n".join(lines)


def _figures(titles: Sequence[Title]) -> list[Figure]:
    found = [_mean_of(titles, "h264", "Apple", -20), _mean_of(titles, "h264", "Netflix 2015", -24)]
    found += [_worst_of(titles), _mean_of(titles, "h264", SIMPLE, 0)]
    every = [title.bd_rate(anchor, "av1") for title in titles for anchor in ANCHORS]
    bits = [100 + difference for difference in every if difference is not None]
    misses = [miss for title in titles for miss, _ in title.misses.values()]
    within = 100 * mean(abs(miss) <= DEVIATION_MAX for miss in misses)
    found += [
        Figure("AV1 per title against the fixed H.264 ladders: bits", mean(bits), "%", "<= 50"),
        Figure("rungs within 1 VMAF of their aim, by all frames", within, "%", ">= 100"),
        Figure("largest deviation from the aim, by all frames", max(map(abs, misses)), "VMAF"),
        Figure(
            f"finding and proving the ladder of {TITLE_S} s, as a share of the encode",
            mean(title.searching.share for title in titles),
            "%",
        ),
    ]
    return found


def _mean_of(titles: Sequence[Title], test: str, anchor: str, aim: float) -> Figure:
    rates = [rate for t in titles if (rate := t.bd_rate(anchor, test)) is not None]
    what = f"BD-rate (VMAF) of the H.264 ladder per title against {anchor}, mean of {len(rates)}"
    return Figure(what, mean(rates), "%", f"<= {aim}")


def _worst_of(titles: Sequence[Title]) -> Figure:
    every = [title.bd_rate(anchor, "h264") for title in titles for anchor in ANCHORS]
    rates = [rate for rate in every if rate is not None]
    return Figure("the same of the worst title against either", max(rates), "%", "<= 0")
