"""Keeps the processes of one machine running: ordered start, restarts, ordered stop.

A process starts when those that it needs are ready, and counts as ready when its
probe says so. One that ends is started again, after a pause that grows to a limit.
Where two copies can stand beside each other, a restart lets the new one begin before
the old one ends. On a stop each level of needs drains before the one below: edge, then
web and workers, then engines; what does not end in time is killed with its whole group.
"""

import asyncio
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from matinee.kernel import clock
from matinee.run import handover
from matinee.run.handover import Estate, Handed
from matinee.run.keeping import Keeper, unless
from matinee.run.output import Output
from matinee.run.process import Copy, Process
from matinee.run.releases import Release
from matinee.run.spawning import CannotStartError

COPIES_MAX = 64
_LAST_WORDS_MAX = 500

# A terminal or `timeout` may send one Ctrl-C twice.
_SAME_WISH_S = 1.0


class UnknownProcessError(ValueError):
    """There is no process of that name, or it cannot be told to do this."""


class DidNotComeUpError(RuntimeError):
    """A new copy did not become ready; the one before is still there."""


class Supervisor:
    """Runs a set of processes until told to stop; `home` marks what was started below it."""

    def __init__(self, processes: Iterable[Process], home: Path, run: Path, output: Output) -> None:
        self._processes = {process.name: process for process in processes}
        self._copies: dict[str, list[Copy]] = {name: [] for name in self._processes}
        self._output = output
        self._keeper = Keeper(home, run, output, self)
        self._taken_over: list[asyncio.Task[None]] = []
        self._changing = asyncio.Lock()
        self._telling = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._stopping_since_s = 0.0
        self._fatal: str | None = None

    def end_leftovers(self) -> None:
        """End what an earlier supervisor of this home left behind when it was killed."""
        self._keeper.end_leftovers()

    def take_over(self, estate: Estate) -> None:
        """Go on with what another release's supervisor, in this same process, handed over."""
        for name, numbers in estate.doors.items():
            process = self._processes.get(name)
            if process is not None and process.doors is not None:
                process.doors.take_over(numbers)
        for one in estate.copies:
            copy = one.copy(self._processes.get(one.process) or Process(one.process, ()))
            if one.process in self._processes:
                self._copies[one.process].append(copy)
            else:
                copy.leave.set()  # this release has none of these
            if one.pid is not None:
                copy.task = asyncio.create_task(self._keeper.keep(copy), name=copy.name)
                self._taken_over.append(copy.task)

    async def hand_over(self, release: Release) -> None:
        """Become another release's supervisor, which goes on with what runs; OSError if not."""
        async with self._changing:
            self.say(f"handing over to {release.python}")
            await self._keeper.forks.end()  # the other release has another one to fork from
            here = [copy for copy in self._all() if copy.child or copy.state == "done"]
            doors = {name: each.doors for name, each in self._processes.items() if each.doors}
            estate = Estate(
                [Handed.of(copy) for copy in here],
                {name: each.numbers() for name, each in doors.items()},
            )
            handover.become(release, self._keeper.home, estate)

    async def run(self) -> int:
        """Start everything, keep it running until `stop`, drain it; the exit code."""
        for name, process in self._processes.items():
            for _ in range(0 if self._copies[name] else process.copies):
                self._add(name)
        await self._stopping.wait()
        await self._drain()
        self._output.close()
        return 0 if self._fatal is None else 1

    def say(self, line: str) -> None:
        """A line of the supervisor's own."""
        self._keeper.say(line)

    def stop(self) -> None:
        """Begin to stop; asked again a moment later: without waiting."""
        now_s = clock.monotonic_s()
        if not self._stopping.is_set():
            self._stopping_since_s = now_s
            self._stopping.set()
        elif now_s - self._stopping_since_s > _SAME_WISH_S and not self._keeper.is_hurried:
            self._keeper.hurry(self._all())

    @property
    def failure(self) -> str | None:
        """Why the supervisor stopped by itself."""
        return self._fatal

    async def ready(self) -> None:
        """Wait until everything that stays is ready."""
        for copy in self._all():
            if not copy.process.runs_once:
                await copy.ready.wait()

    def status(self) -> list[dict[str, object]]:
        """What every copy does just now."""
        return [copy.summary() for copy in self._all()]

    def scalable(self) -> dict[str, int]:
        """The processes that there can be several of, and how many there are."""
        found = [process.name for process in self._processes.values() if process.is_scalable]
        return {name: len(self._copies[name]) for name in found}

    async def scale(self, name: str, wanted: int) -> None:
        """Run so many copies of a process from now on; those too many finish what they do."""
        process = self._known(name)
        if not process.is_scalable:
            msg = f"{name} runs once; these can have several copies: {', '.join(self.scalable())}"
            raise UnknownProcessError(msg)
        least = 1 if any(name in other.needs for other in self._processes.values()) else 0
        if not least <= wanted <= COPIES_MAX:
            msg = f"{name} can have {least} to {COPIES_MAX} copies, not {wanted}"
            raise UnknownProcessError(msg)
        async with self._changing:
            while len(self._copies[name]) < wanted:
                self._add(name)
            surplus = self._copies[name][wanted:]
            del self._copies[name][wanted:]
            await self._leave(process, surplus)

    async def restart(self, name: str) -> None:
        """Replace every copy of a process; DidNotComeUpError if a new one is of no use.

        Where two can stand beside each other, the old one serves until the new one does.
        """
        process = self._known(name)
        async with self._changing:
            for copy in list(self._copies[name]):
                if process.overlaps and copy.ready.is_set():
                    await self._replace(copy)
                else:
                    await self._begin_again(copy)

    async def needed(self, name: str) -> None:
        """Wait until somebody may rely on the process of this name."""
        copies = self._copies[name]
        await next((copy for copy in copies if copy.ready.is_set()), copies[0]).ready.wait()

    async def rely_on(self, copy: Copy) -> None:
        """Tell whoever sends to this copy that it is ready."""
        if not copy.is_sent_to and copy.process.callers is not None:
            copy.is_sent_to = True
            try:
                await self._tell(copy.process)
            except CannotStartError as error:
                copy.is_sent_to = False
                self.say(f"{copy.name} is not used: {error}")
                copy.tail.append(str(error))
                copy.failed.set()
                return
        copy.enter("ready")

    def is_well(self, name: str) -> bool:
        """Whether a copy of this process works and is not silent, nor what it needs."""
        copies = self._copies[name]
        works = any(
            copy.ready.is_set() and all(silence.is_broken for silence in copy.silences)
            for copy in copies
        )
        return works and all(map(self.is_well, self._processes[name].needs))

    def give_up(self, copy: Copy, why: str) -> None:
        """A copy will not run: nothing can go on, unless another one of its process does."""
        self.say(why)
        beside = [other for other in self._copies.get(copy.process.name, []) if other is not copy]
        if not any(other.ready.is_set() for other in beside):
            self._fatal = self._fatal or why
            self._stopping.set()

    def _known(self, name: str) -> Process:
        if name not in self._processes:
            msg = f"there is no process {name!r}; there are {', '.join(self._processes)}"
            raise UnknownProcessError(msg)
        return self._processes[name]

    def _all(self) -> list[Copy]:
        return [copy for copies in self._copies.values() for copy in copies]

    def _add(self, name: str) -> Copy:
        copies = self._copies[name]
        taken = {copy.number for copy in copies}
        number = next(number for number in count(1) if number not in taken)
        copy = Copy(self._processes[name], number)
        copies.append(copy)
        copy.task = asyncio.create_task(self._keeper.keep(copy), name=copy.name)
        return copy

    async def _replace(self, copy: Copy) -> None:
        fresh = self._add(copy.process.name)
        self.say(f"{fresh.name} begins, {copy.name} ends when it is ready")
        came = await unless(fresh.failed, fresh.ready.wait())
        gone = copy if came else fresh
        self._copies[copy.process.name].remove(gone)
        await self._leave(copy.process, [gone])
        if not came:
            name = copy.process.name
            msg = f"The new {name} did not come up, the one before goes on: {_last_words(fresh)}"
            raise DidNotComeUpError(msg)

    async def _begin_again(self, copy: Copy) -> None:
        copy.is_restarting = copy.child is not None
        copy.failed.clear()
        await self._keeper.terminate(copy)
        if not await unless(copy.failed, copy.ready.wait()):
            raise DidNotComeUpError(f"{copy.name} does not come up: {_last_words(copy)}")

    async def _leave(self, process: Process, surplus: list[Copy]) -> None:
        """Let copies finish that are in the list no more: first nobody sends to them."""
        callers = process.callers
        if callers is not None and any(copy.is_sent_to for copy in surplus):
            await self._tell(process)
            await asyncio.to_thread(callers.let_go)
        await asyncio.gather(*(self._keeper.end(copy) for copy in surplus))

    async def _tell(self, process: Process) -> None:
        """Say which copies there are to whoever sends to them; those that failed come back."""
        async with self._telling:  # what is told last is to be what there is
            numbers = [copy.number for copy in self._copies[process.name] if copy.is_sent_to]
            if process.callers is not None and numbers:
                await asyncio.to_thread(process.callers.send_to, numbers)

    async def _drain(self) -> None:
        self.say("stopping")
        for process in self._processes.values():
            if process.doors is not None:
                process.doors.close()
        steps = [copy for copy in self._all() if copy.process.runs_once]
        await asyncio.gather(*(self._keeper.end(copy) for copy in steps))
        for level in reversed(self._levels()):
            await asyncio.gather(
                *(self._keeper.end(copy) for name in level for copy in self._copies[name])
            )
        await self._keeper.forks.end()
        self._keeper.end_marked()
        self.say("stopped")

    def _levels(self) -> list[list[str]]:
        """The processes by how many others stand below them."""
        depth: dict[str, int] = {}
        for name, process in self._processes.items():  # needs come before those that need them
            depth[name] = 1 + max((depth[need] for need in process.needs), default=-1)
        return [[n for n in depth if depth[n] == d] for d in range(max(depth.values()) + 1)]


def _last_words(copy: Copy) -> str:
    return "; ".join(copy.tail)[-_LAST_WORDS_MAX:] or "it said nothing"
