"""The life of a copy: begun when what it needs is ready, begun again when it ends, and ended."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Protocol

from matinee.kernel import clock
from matinee.kernel.binaries import MissingProgramError
from matinee.run import doors, leftovers, readiness, spawning
from matinee.run.child import Child, start
from matinee.run.forking import Forks
from matinee.run.nursery import Order
from matinee.run.output import Output
from matinee.run.process import Copy
from matinee.run.watching import (
    SILENT_FOR_S,
    WAITED_FOR_S,
    Pulse,
    Silence,
    any_hangs,
    motion,
    waits_for_disk,
)

BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
STEADY_AFTER_S = 60.0
CRASH_LOOP_AFTER = 5

_PROBE_PAUSE_S = 0.05
_PROBE_PAUSE_MAX_S = 0.5
_LAST_WORDS_S = 1.0
_HANDS_BACK_WITHIN_S = 10.0
_OWN_NAME, _NURSERY_NAME = "matinee", "nursery"


class Others(Protocol):
    """What a copy's life depends on."""

    async def needed(self, name: str) -> None:
        """Wait until somebody may rely on the process of this name."""

    async def rely_on(self, copy: Copy) -> None:
        """Tell whoever sends to this copy that it is ready."""

    def is_well(self, name: str) -> bool:
        """Whether the process of this name does what it should, as far as anybody knows."""

    def give_up(self, copy: Copy, why: str) -> None:
        """A copy will not run: nothing can go on, unless another one of its process does."""


class Keeper:
    """Starts copies, stays with them and ends them; `home` marks what was started below it."""

    def __init__(self, home: Path, run: Path, output: Output, others: Others) -> None:
        self.home = home
        self._output = output
        self._others = others
        self._pids = leftovers.PidFiles(run / "pids")
        self._ready_files = run / "ready"
        self._ready_files.mkdir(exist_ok=True)
        self.forks = Forks(home, lambda line: output.write(_NURSERY_NAME, line))
        self.is_hurried = False

    def end_leftovers(self) -> None:
        """End what an earlier supervisor of this home left behind when it was killed."""
        self._pids.end_leftovers(self.say)
        self.end_marked()

    def end_marked(self) -> None:
        """End whatever else was started below a supervisor of this home."""
        leftovers.end_marked(self.home)

    def hurry(self, copies: Iterable[Copy]) -> None:
        """Wait for none of these any more."""
        self.is_hurried = True
        for copy in copies:
            copy.leave.set()
            if copy.child is not None:
                leftovers.end_group(copy.child.pid)

    def say(self, line: str) -> None:
        """A line of the supervisor's own."""
        self._output.write(_OWN_NAME, line)

    async def keep(self, copy: Copy) -> None:
        """The life of a copy, until it is told to leave; it may be running already."""
        try:
            while copy.child is not None or await self._needs_are_met(copy):
                started_s = clock.monotonic_s()
                code = await self._run_child(copy)
                if copy.leave.is_set():
                    break
                if code == 0 and copy.process.runs_once:
                    copy.enter("done")
                    return
                await self._back_off(copy, code, clock.monotonic_s() - started_s)
                if copy.state == "given up":
                    return
        except (spawning.CannotStartError, MissingProgramError, OSError) as error:
            copy.tail.append(str(error))
            copy.failed.set()
            self._others.give_up(copy, f"{copy.name} cannot be started. {error}")
        copy.enter("stopped")

    async def end(self, copy: Copy) -> None:
        """Let a copy finish what it does, and be gone."""
        copy.leave.set()
        await self.terminate(copy)
        if copy.task is not None:
            await copy.task

    async def terminate(self, copy: Copy) -> None:
        """Ask the child to end, then to hand back what it does; at last kill its group."""
        child, process = copy.child, copy.process
        if child is None or child.returncode is not None:
            return
        copy.enter("stopping")
        child.send_signal(signal.SIGKILL if self.is_hurried else process.stop_signal)
        if await _ended(child, process.stop_timeout_s):
            return
        if process.give_back_signal is not None:
            child.send_signal(process.give_back_signal)
            if await _ended(child, _HANDS_BACK_WITHIN_S):
                return
        self.say(f"{copy.name} did not end in {process.stop_timeout_s:.0f} s; killing it")
        leftovers.end_group(child.pid)
        await child.wait()

    async def _needs_are_met(self, copy: Copy) -> bool:
        copy.enter("waiting")
        if copy.process.is_forked:
            self.forks.begin(copy.process.env)
        for need in copy.process.needs:
            if not await unless(copy.leave, self._others.needed(need)):
                return False
        if copy.process.is_forked:
            await unless(copy.leave, self.forks.ready())
        return not copy.leave.is_set()

    async def _run_child(self, copy: Copy) -> int:
        """Start the program, unless it runs, and stay with it to its end; its exit code."""
        ready_file = self._ready_files / copy.name
        if copy.child is None:
            copy.enter("starting")
            copy.tail.clear()
            if copy.process.prepare is not None:
                await asyncio.to_thread(copy.process.prepare, copy.number)
            ready_file.unlink(missing_ok=True)
            copy.child = await self._started(copy, ready_file)
        child = copy.child
        self._pids.note(copy.name, child.pid)
        ear = asyncio.create_task(self._listen(copy, child))
        probe = asyncio.create_task(self._watch(copy, ready_file))
        if copy.leave.is_set():
            await self.terminate(copy)
        code = await child.wait()
        probe.cancel()
        await asyncio.wait([ear], timeout=_LAST_WORDS_S)
        ear.cancel()
        leftovers.end_group(child.pid)
        copy.child = None
        self._pids.forget(copy.name)
        return code

    async def _started(self, copy: Copy, ready_file: Path) -> Child:
        process = copy.process
        env = {**process.env, readiness.FILE_VARIABLE: str(ready_file)}
        command = [part.replace("{n}", str(copy.number)) for part in process.command]
        if process.is_forked:
            order = Order(command, env, process.death_signal, process.nice)
            if (child := await self.forks.fork(order)) is not None:
                return child
        env = {**os.environ, **env, leftovers.MARK: str(self.home)}
        options = spawning.options(process.user, process.death_signal)
        if process.doors is not None:
            options["pass_fds"] = numbers = process.doors.numbers()
            env[doors.VARIABLE] = "".join(f"{number};" for number in numbers)
        return start(command, env, options, process.nice)

    async def _listen(self, copy: Copy, child: Child) -> None:
        async for lines in child.lines():
            self._hear(copy, lines)

    def _hear(self, copy: Copy, lines: Iterable[str]) -> None:
        said = tuple(lines)
        copy.tail.extend(said)
        self._output.write(copy.name, *said, quiet=copy.process.is_quiet)

    async def _watch(self, copy: Copy, ready_file: Path) -> None:
        """Ask the probe until it says ready; end a copy that does not become so in time."""
        process = copy.process
        if process.runs_once:
            copy.enter("running")
            return
        probe = process.is_ready or (lambda _number: ready_file.exists())
        end_s = clock.monotonic_s() + process.start_timeout_s
        pause_s = _PROBE_PAUSE_S
        while not await asyncio.to_thread(probe, copy.number):
            if clock.monotonic_s() > end_s:
                self.say(f"{copy.name} was not ready after {process.start_timeout_s:.0f} s")
                await self.terminate(copy)
                return
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 1.2, _PROBE_PAUSE_MAX_S)
        if not copy.leave.is_set():
            await self._others.rely_on(copy)
            await self._attend(copy, ready_file)

    async def _attend(self, copy: Copy, ready_file: Path) -> None:
        """Stay with a copy that works; when it hangs, end it with all below it."""
        child, process = copy.child, copy.process
        if child is None:
            return

        def is_excused() -> bool:
            needs_are_well = all(map(self._others.is_well, process.needs))
            return not (copy.ready.is_set() and needs_are_well) or waits_for_disk(child.pid)

        signs: list[tuple[Callable[[], bool], Silence]] = []
        if process.touches:
            usual_s = max(SILENT_FOR_S, process.silent_for_s)
            longest_s = WAITED_FOR_S if process.may_wait else usual_s
            signs.append((Pulse(ready_file), Silence(longest_s)))
        if (alive := process.is_alive) is not None:
            signs.append((lambda: alive(copy.number), Silence(process.silent_for_s)))
        copy.silences = [silence for _, silence in signs]
        moved = (lambda: None) if process.may_wait else (lambda: motion(child.pid))
        if await any_hangs(signs, is_excused, moved):
            self.say(f"{copy.name} runs, but does not answer any more; killing it")
            leftovers.kill_family(child.pid)

    async def _back_off(self, copy: Copy, code: int, lasted_s: float) -> None:
        if copy.is_restarting:
            copy.is_restarting = False
            return
        copy.failed.set()
        copy.restarts += 1
        copy.failures = 1 if lasted_s > STEADY_AFTER_S else copy.failures + 1
        pause_s = BACKOFF_S[min(copy.failures, len(BACKOFF_S)) - 1]
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
        if copy.failures < CRASH_LOOP_AFTER:
            self.say(f"{copy.name} {how}; starting it again in {pause_s} s")
            copy.enter("backing off")
        else:
            self._report_crash_loop(copy, how, pause_s)
        if copy.state != "given up":
            await unless(copy.leave, asyncio.sleep(pause_s))

    def _report_crash_loop(self, copy: Copy, how: str, pause_s: float) -> None:
        copy.enter("crash loop")
        self.say(
            f"{copy.name} {how} for the {copy.failures}th time in a row. Its last words"
            f" (more in {self._output.path(copy.name)}):"
        )
        for line in copy.tail:
            self.say(f"  | {line}")
        if copy.process.runs_once:
            copy.enter("given up")
            if copy.process.is_vital:
                why = f"{copy.name} failed {copy.failures} times; nothing runs without it."
                self._others.give_up(copy, why)
        else:
            self.say(f"  `matinee doctor` may know why. Next try in {pause_s:.0f} s.")


async def _ended(child: Child, within_s: float) -> bool:
    try:
        await asyncio.wait_for(child.wait(), within_s)
    except TimeoutError:
        return False
    return True


async def unless(leave: asyncio.Event, other: Awaitable[object]) -> bool:
    """Wait for `other`, but no longer than until `leave`; whether `other` came first."""
    waits = [asyncio.ensure_future(other), asyncio.ensure_future(leave.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        return waits[0].done()
    finally:
        for wait in waits:
            wait.cancel()
