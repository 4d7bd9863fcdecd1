"""Keeps the processes of one machine running: ordered start, restarts, ordered stop.

A process starts when those that it needs are ready, and counts as ready when its
probe says so. One that ends is started again, after a pause that grows to a limit.
On a stop each level of needs drains before the one below: edge, then web and
workers, then engines; what does not end in time is killed with its whole group.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Iterable
from pathlib import Path

from matinee.kernel import clock
from matinee.kernel.binaries import MissingProgramError
from matinee.run import leftovers, readiness, spawning
from matinee.run.output import Output, lines_of
from matinee.run.process import Copy, Process

BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
STEADY_AFTER_S = 60.0
CRASH_LOOP_AFTER = 5
COPIES_MAX = 64

_PROBE_PAUSE_S = 0.05
_PROBE_PAUSE_MAX_S = 0.5
_LAST_WORDS_S = 1.0
_CHUNK_BYTES = 64 * 1024
_OWN_NAME = "matinee"
# A terminal or `timeout` may send one Ctrl-C twice.
_SAME_WISH_S = 1.0


class UnknownProcessError(ValueError):
    """There is no process of that name, or it cannot be told to do this."""


class Supervisor:
    """Runs a set of processes until told to stop; `home` marks what was started below it."""

    def __init__(self, processes: Iterable[Process], home: Path, run: Path, output: Output) -> None:
        self._processes = {process.name: process for process in processes}
        self._copies: dict[str, list[Copy]] = {name: [] for name in self._processes}
        self._home = home
        self._run = run
        self._output = output
        self._pids = leftovers.PidFiles(run / "pids")
        self._ready_files = run / "ready"
        self._ready_files.mkdir(exist_ok=True)
        self._stopping = asyncio.Event()
        self._stopping_since_s = 0.0
        self._is_hurried = False
        self._fatal: str | None = None

    def end_leftovers(self) -> None:
        """End what an earlier supervisor of this home left behind when it was killed."""
        self._pids.end_leftovers(self.say)
        leftovers.end_marked(self._home)

    async def run(self) -> int:
        """Start everything, keep it running until `stop`, drain it; the exit code."""
        for name, process in self._processes.items():
            for _ in range(process.copies):
                self._add(name)
        await self._stopping.wait()
        await self._drain()
        self._output.close()
        return 0 if self._fatal is None else 1

    def say(self, line: str) -> None:
        """A line of the supervisor's own."""
        self._output.write(_OWN_NAME, line)

    def stop(self) -> None:
        """Begin to stop; asked again a moment later: without waiting."""
        now_s = clock.monotonic_s()
        if not self._stopping.is_set():
            self._stopping_since_s = now_s
            self._stopping.set()
        elif now_s - self._stopping_since_s > _SAME_WISH_S and not self._is_hurried:
            self._is_hurried = True
            for copy in self._all():
                copy.leave.set()
                if copy.pid is not None:
                    leftovers.end_group(copy.pid)

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

    async def scale(self, name: str, count: int) -> None:
        """Run `count` copies of a process from now on; those too many finish what they do."""
        process = self._known(name)
        if not process.is_scalable:
            able = ", ".join(p.name for p in self._processes.values() if p.is_scalable)
            msg = f"{name} runs once; these can have several copies: {able}"
            raise UnknownProcessError(msg)
        if not 0 <= count <= COPIES_MAX:
            msg = f"{name} can have 0 to {COPIES_MAX} copies, not {count}"
            raise UnknownProcessError(msg)
        while len(self._copies[name]) < count:
            self._add(name)
        surplus = self._copies[name][count:]
        del self._copies[name][count:]
        await asyncio.gather(*(self._end(copy) for copy in surplus))

    async def restart(self, name: str) -> None:
        """End every copy of a process in its own time; each is started again at once."""
        self._known(name)
        for copy in self._copies[name]:
            copy.is_restarting = copy.child is not None
            await self._terminate(copy)

    def _known(self, name: str) -> Process:
        if name not in self._processes:
            msg = f"there is no process {name!r}; there are {', '.join(self._processes)}"
            raise UnknownProcessError(msg)
        return self._processes[name]

    def _all(self) -> list[Copy]:
        return [copy for copies in self._copies.values() for copy in copies]

    def _add(self, name: str) -> None:
        copies = self._copies[name]
        copy = Copy(self._processes[name], len(copies) + 1)
        copies.append(copy)
        copy.task = asyncio.create_task(self._keep(copy), name=copy.name)

    async def _keep(self, copy: Copy) -> None:
        """The life of a copy, until it is told to leave."""
        try:
            while await self._needs_are_met(copy):
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
            self._give_up(f"{copy.name} cannot be started. {error}")
        copy.enter("stopped")

    async def _needs_are_met(self, copy: Copy) -> bool:
        copy.enter("waiting")
        for need in copy.process.needs:
            if not await _unless(copy.leave, self._copies[need][0].ready.wait()):
                return False
        return not copy.leave.is_set()

    async def _run_child(self, copy: Copy) -> int:
        """Start the program and stay with it to its end; its exit code."""
        copy.enter("starting")
        copy.tail.clear()
        process = copy.process
        if process.prepare is not None:
            await asyncio.to_thread(process.prepare)
        ready_file = self._ready_files / copy.name
        ready_file.unlink(missing_ok=True)
        child = await self._spawn(copy, ready_file)
        copy.child, copy.pid = child, child.pid
        self._pids.note(copy.name, child.pid)
        if process.nice:
            os.setpriority(os.PRIO_PROCESS, child.pid, process.nice)
        ears = [asyncio.create_task(self._listen(copy, stream)) for stream in _streams(child)]
        probe = asyncio.create_task(self._watch(copy, ready_file))
        if copy.leave.is_set():
            await self._terminate(copy)
        code = await child.wait()
        probe.cancel()
        await asyncio.wait(ears, timeout=_LAST_WORDS_S)
        for ear in ears:
            ear.cancel()
        leftovers.end_group(child.pid)
        copy.child = copy.pid = None
        self._pids.forget(copy.name)
        return code

    async def _spawn(self, copy: Copy, ready_file: Path) -> asyncio.subprocess.Process:
        process = copy.process
        env = {**os.environ, **process.env, readiness.FILE_VARIABLE: str(ready_file)}
        env[leftovers.MARK] = str(self._home)
        return await asyncio.create_subprocess_exec(
            *(part.replace("{n}", str(copy.number)) for part in process.command),
            cwd="/",
            env=env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            **spawning.options(process.user, process.death_signal),
        )

    async def _listen(self, copy: Copy, stream: asyncio.StreamReader) -> None:
        pending = b""
        while chunk := await stream.read(_CHUNK_BYTES):
            lines, pending = lines_of(pending, chunk)
            self._hear(copy, lines)
        if pending:
            self._hear(copy, [pending.decode(errors="replace")])

    def _hear(self, copy: Copy, lines: Iterable[str]) -> None:
        for line in lines:
            copy.tail.append(line)
            self._output.write(copy.name, line, quiet=copy.process.is_quiet)

    async def _watch(self, copy: Copy, ready_file: Path) -> None:
        """Ask the probe until it says ready; end a copy that does not become so in time."""
        process = copy.process
        if process.runs_once:
            copy.enter("running")
            return
        is_ready = process.is_ready or ready_file.exists
        end_s = clock.monotonic_s() + process.start_timeout_s
        pause_s = _PROBE_PAUSE_S
        while not await asyncio.to_thread(is_ready):
            if clock.monotonic_s() > end_s:
                self.say(f"{copy.name} was not ready after {process.start_timeout_s:.0f} s")
                await self._terminate(copy)
                return
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 1.2, _PROBE_PAUSE_MAX_S)
        if not copy.leave.is_set():
            copy.enter("ready")

    async def _back_off(self, copy: Copy, code: int, lasted_s: float) -> None:
        if copy.is_restarting:
            copy.is_restarting = False
            return
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
            await _unless(copy.leave, asyncio.sleep(pause_s))

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
                self._give_up(f"{copy.name} failed {copy.failures} times; nothing runs without it.")
        else:
            self.say(f"  `matinee doctor` may know why. Next try in {pause_s:.0f} s.")

    def _give_up(self, why: str) -> None:
        self._fatal = self._fatal or why
        self.say(why)
        self._stopping.set()

    async def _drain(self) -> None:
        self.say("stopping")
        steps = [copy for copy in self._all() if copy.process.runs_once]
        await asyncio.gather(*(self._end(copy) for copy in steps))
        for level in reversed(self._levels()):
            await asyncio.gather(
                *(self._end(copy) for name in level for copy in self._copies[name])
            )
        leftovers.end_marked(self._home)
        self.say("stopped")

    def _levels(self) -> list[list[str]]:
        """The processes by how many others stand below them."""
        depth: dict[str, int] = {}
        for name, process in self._processes.items():  # needs come before those that need them
            depth[name] = 1 + max((depth[need] for need in process.needs), default=-1)
        return [[n for n in depth if depth[n] == d] for d in range(max(depth.values()) + 1)]

    async def _end(self, copy: Copy) -> None:
        copy.leave.set()
        await self._terminate(copy)
        if copy.task is not None:
            await copy.task

    async def _terminate(self, copy: Copy) -> None:
        """Ask the child to end, and kill its group when it does not in time."""
        child = copy.child
        if child is None or child.returncode is not None:
            return
        copy.enter("stopping")
        child.send_signal(signal.SIGKILL if self._is_hurried else copy.process.stop_signal)
        try:
            await asyncio.wait_for(asyncio.shield(child.wait()), copy.process.stop_timeout_s)
        except TimeoutError:
            self.say(f"{copy.name} did not end in {copy.process.stop_timeout_s:.0f} s; killing it")
            leftovers.end_group(child.pid)
            await child.wait()


def _streams(child: asyncio.subprocess.Process) -> list[asyncio.StreamReader]:
    return [stream for stream in (child.stdout, child.stderr) if stream is not None]


async def _unless(leave: asyncio.Event, other: Awaitable[object]) -> bool:
    """Wait for `other`, but no longer than until `leave`; whether `other` came first."""
    waits = [asyncio.ensure_future(other), asyncio.ensure_future(leave.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        return waits[0].done()
    finally:
        for wait in waits:
            wait.cancel()
