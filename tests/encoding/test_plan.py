"""The graph of steps and what is told of it: any order of work, deaths and corrections ends."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from matinee.contracts.encoding import VideoCodec
from matinee.encoding.rules import ladder, plan, rounds, windows
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.plan import Plan, StepPlan
from matinee.encoding.rules.progress import Running, Tally
from matinee.encoding.rules.report import Used, report
from matinee.encoding.rules.rounds import Round
from matinee.encoding.rules.source import Picture, Sound, Source, Text

ROUNDS_MAX = 3
CODECS: tuple[VideoCodec, ...] = ("h264", "av1")


def source(**of_file: Any) -> Source:
    """A minute of 1080p with two sounds and a text."""
    film: dict[str, Any] = {"index": 0, "codec": "h264", "width": 1920, "height": 1080}
    return Source(
        container=of_file.pop("container", "mov,mp4"),
        size_bytes=1,
        duration_s=of_file.pop("duration_s", 60.0),
        picture=Picture(**(film | of_file)),
        sounds=tuple(
            Sound(index=n, codec="aac", channels=2, language="en", label="x") for n in (1, 2)
        ),
        texts=(Text(index=3, codec="ass", language="en", label="x"),),
    )


def rungs_of(codec: VideoCodec, lines: tuple[int, ...] = (1080, 540)) -> tuple[Rung, ...]:
    made = [ladder.rung_of(f"{codec}-{line}", (1920, 1080), line, 25, 22) for line in lines]  # type: ignore[arg-type]
    return tuple(rung.model_copy(update={"codec": codec}) for rung in made)


class Graph:
    """The steps of one encode, as the tables keep them."""

    def __init__(self, film: Source) -> None:
        self.source = film
        self.plan = plan.make_plan(film, 60, 2160, CODECS)
        self.tally = Tally()
        self.steps: dict[str, StepPlan] = {}
        self.status: dict[str, str] = {}
        self.fraction = 0.0
        self.add(plan.first_steps())

    def add(self, steps: tuple[StepPlan, ...]) -> None:
        self.tally = self.tally.with_steps(steps)
        self.steps |= {step.name: step for step in steps}
        self.status |= {step.name: "waiting" for step in steps}

    def named(self, *statuses: str) -> list[str]:
        return [name for name, status in self.status.items() if status in statuses]

    def able(self) -> list[str]:
        return [n for n in self.named("waiting") if self.tally.allows(self.steps[n].needs)]

    def running(self) -> list[Running]:
        steps = [self.steps[name] for name in self.named("running")]
        return [Running(step.group, step.weight, 0.5) for step in steps]

    def finish(self, name: str, *, is_good: bool) -> None:
        """Do what `step_finish` does."""
        kind = plan.kind_of(name)
        if name == plan.CHECK:
            self.add(plan.further_steps(self.source, self.plan, 2160))
            usual = plan.expected_work(self.source, self.plan, rungs_of("h264"))
            self.tally = self.tally.with_expected(usual)
        if name == plan.QUICK:
            self.plan = self.plan.model_copy(update={"frames": 1500})
        codec = plan.codec_of(name)
        done = self.plan.rounds.get(codec, ())
        following = None
        if kind == "ladder":
            following = rounds.ahead(rungs_of(codec), self.plan.windows(), [])
        elif kind == "judge" and len(done) < ROUNDS_MAX:
            following = self.after(codec, done, is_good=is_good)
        if following is not None:
            self.add(plan.chunk_steps(self.source, self.plan, codec, following))
            new = {**self.plan.rounds, codec: (*done, following)}
            self.plan = self.plan.model_copy(update={"rounds": new})
        elif kind == "judge":
            self.tally = self.tally.without_expected(f"chunk-{codec}-")
        step = self.steps[name]
        self.tally = self.tally.with_done(step.group, step.weight)
        self.status[name] = "done"

    def after(self, codec: VideoCodec, done: tuple[Round, ...], *, is_good: bool) -> Round | None:
        """The rest of the film first, then once more what one rung missed."""
        if len(done) == 1:
            ahead = next(iter(done[0].chunks.values()))
            rest = tuple(n for n in range(len(self.plan.windows())) if n not in ahead)
            rungs = rungs_of(codec)
            return Round(rungs=rungs, chunks={rung.name: rest for rung in rungs})
        (low,) = rungs_of(codec, (540,))
        return None if is_good else Round(rungs=(low,), chunks={low.name: (1, 3)})

    def tell(self) -> None:
        """What is told never runs backwards."""
        before = self.tally.told
        self.tally = self.tally.with_told(self.running())
        assert all(self.tally.told[stage] >= share for stage, share in before.items())
        assert all(0 <= share <= 1 for share in self.tally.told.values())
        assert 0 <= self.tally.fraction(self.running()) <= 1 + 1e-9


@limits(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from(["take", "lose", "finish", "finish badly"]))
    ),
    st.sampled_from(["mpegts", "mov,mp4"]),
)
def test_any_order_of_work_and_deaths_ends_with_a_whole_film(
    happenings: list[tuple[int, str]], container: str
) -> None:
    graph = Graph(source(container=container))
    for which, what in happenings:
        names = graph.able() if what == "take" else graph.named("running")
        if names:
            name = names[which % len(names)]
            if what.startswith("finish"):
                graph.finish(name, is_good=what == "finish")
            else:
                graph.status[name] = "running" if what == "take" else "waiting"
        graph.tell()
        over = graph.tally.stage(graph.running()) == "done"
        assert over != bool(graph.able() or graph.named("running")), "stuck, or busy at its end"
    while left := [*graph.able(), *graph.named("running")]:
        graph.finish(left[-1], is_good=len(left) % 2 == 0)
    graph.tell()
    assert not graph.named("waiting")
    assert graph.tally.stage([]) == "done"
    assert graph.tally.fraction([]) == pytest.approx(1)
    assert set(graph.tally.told.values()) == {1.0}
    assert {rung.name for rung in graph.plan.rungs} == {
        rung.name for codec in CODECS for rung in rungs_of(codec)
    }


def test_where_a_round_is_enough_nothing_more_is_expected() -> None:
    expected = {"chunk-h264-0": 1.0, "chunk-h264-1": 3.0, "chunk-av1-1": 3.0}
    tally = Tally().with_expected(expected).without_expected("chunk-h264-")
    assert tally.expected == {"chunk-av1-1": 3.0}


def test_what_is_encoded_once_more_replaces_what_missed() -> None:
    graph = Graph(source())
    while left := graph.able():
        graph.finish(left[0], is_good=False)
    made = {rung.name: by_chunk for rung, by_chunk in graph.plan.made("h264")}
    chunks = len(windows.chunks(1500, graph.plan.rate))
    assert set(made) == {"h264-1080", "h264-540"}
    assert all(set(by_chunk) == set(range(chunks)) for by_chunk in made.values())
    assert set(made["h264-1080"].values()) == {0, 1}
    assert {n for n, number in made["h264-540"].items() if number == ROUNDS_MAX - 1} == {1, 3}
    names = [name for name in graph.steps if name.startswith("chunk-h264-2-")]
    assert [plan.chunk_of(name).number for name in names] == [1, 3]


def test_a_film_becomes_playable_before_anything_is_made_better() -> None:
    graph = Graph(source())
    order = []
    while left := graph.able():
        first = min(left, key=lambda name: graph.steps[name].rank)
        order.append(first)
        graph.finish(first, is_good=True)
    early = order[: order.index(plan.QUICK_PACKAGE)]
    assert not [name for name in early if plan.kind_of(name) in {"trial", "ladder", "chunk"}]


def test_a_long_film_needs_no_list_of_its_chunks() -> None:
    """Twelve hours are thousands of chunks; what waits names groups only."""
    film, long = source(), plan.make_plan(source(), 43_200, 2160, CODECS)
    counted = long.model_copy(update={"frames": 43_200 * 25})
    every = rounds.of_all(rungs_of("av1"), counted.windows())
    steps = plan.chunk_steps(film, counted, "av1", every)
    assert len(steps) == 4321
    assert max(len(step.needs) for step in steps) == 1
    assert len(Tally().with_steps(steps).model_dump_json()) < 500


@given(st.lists(st.integers(144, 2160), max_size=9))
def test_bundles_hold_every_rung_once_and_few_pixels(lines: list[int]) -> None:
    rungs = [ladder.rung_of(str(n), (3840, 2160), line, 25, 22) for n, line in enumerate(lines)]  # type: ignore[arg-type]
    made = plan.bundles(rungs)
    assert [rung for group in made for rung in group] == rungs
    for group in made:
        assert len(group) == 1 or sum(r.width * r.height for r in group) <= 6_300_000


@pytest.mark.parametrize(
    ("film", "seekable_after"),
    [
        (source(), plan.CHECK),
        (source(container="matroska,webm"), plan.CHECK),
        (source(container="mpegts"), plan.INDEX),
        (source(container="avi"), plan.INDEX),
        (source(container="matroska,webm", duration_s=None), plan.INDEX),
        (source(container="mov,mp4", rate_tick="30", rate_mean="23"), plan.INDEX),
        (source(container="matroska,webm", rate_tick="30", rate_mean="23"), plan.CHECK),
    ],
)
def test_what_cannot_be_sought_in_gets_an_index(film: Source, seekable_after: str) -> None:
    made = plan.make_plan(film, 60, 2160)
    assert made.needs_index is (seekable_after == plan.INDEX)
    steps = plan.further_steps(film, made, 2160)
    quick = next(step for step in steps if step.name == plan.QUICK)
    assert quick.needs == {seekable_after}


def test_a_report_tells_each_rung_as_it_was_kept() -> None:
    rungs = rungs_of("h264")
    better = rungs[1].model_copy(update={"crf": 20.0})
    made = plan.make_plan(source(), 60, 2160).model_copy(
        update={
            "rounds": {
                "h264": (
                    Round(rungs=rungs, chunks={rung.name: (0, 1) for rung in rungs}),
                    Round(rungs=(better,), chunks={better.name: (1,)}),
                )
            }
        }
    )
    facts: dict[str, dict[str, Any]] = {
        "check": {"remarks": ["Black bars are cut away."]},
        "judge-h264-0": {"rungs": [told_of(rung, 70.0, 1) for rung in rungs]},
        "judge-h264-1": {"rungs": [told_of(better, 80.0, 2)]},
    }
    used = [Used("chunk-h264-0", 6, 60.0, 70.0), Used("check", 1, 5.0, 6.0)]
    told = report(source(), made, facts, used)
    assert [(one.name, one.vmaf, one.rounds) for one in told.rungs] == [
        ("h264-1080", 70.0, 1),
        ("h264-540", 80.0, 2),
    ]
    assert told.rungs[1].crf == 20.0
    assert [(one.stage, one.cpu_s) for one in told.stages] == [("checking", 5.0), ("encoding", 60)]
    assert told.remarks == ["Black bars are cut away."]


def told_of(rung: Rung, vmaf: float, rounds: int) -> dict[str, Any]:
    """What a judge leaves of a rung."""
    kept = rung.model_dump(include={"name", "codec", "dynamic_range", "width", "height", "crf"})
    seen = {"vmaf": vmaf, "vmaf_low": vmaf - 5, "vmaf_aim": vmaf, "frames_measured": 9}
    return {**kept, **seen, "bitrate_bps": 1000, "rounds": rounds}


def test_a_plan_survives_being_kept() -> None:
    made = plan.make_plan(source(), 60, 2160, CODECS).model_copy(update={"frames": 1500})
    ahead = rounds.ahead(rungs_of("h264"), made.windows(), [])
    made = made.model_copy(update={"rounds": {"h264": (ahead,)}})
    assert Plan.model_validate(made.model_dump(mode="json")) == made
