"""The supervisor of one machine, told by the policy and by somebody at the command line."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from matinee.run import control
from matinee.run.output import Output
from matinee.run.process import Process
from matinee.run.scaling.hands import OneMachine
from matinee.run.supervisor import Supervisor
from tests.patience import PATIENCE_S, until

STAY = 'touch "$MATINEE_READY_FILE"; exec sleep 600'


def beside_a_supervisor(home: Path, play: Callable[[Path], None]) -> None:
    """Run `play`, told the control socket, while a supervisor runs a worker and an engine."""
    run = home / "run"
    run.mkdir(exist_ok=True)
    processes = [
        Process("engine", ("sh", "-c", STAY)),
        Process("worker", ("sh", "-c", STAY), is_scalable=True),
    ]

    async def scenario() -> None:
        ours = Supervisor(processes, home, run, Output(home / "logs"))
        server = await control.serve(ours, run / control.SOCKET_NAME)
        running = asyncio.create_task(ours.run())
        try:
            await asyncio.wait_for(ours.ready(), PATIENCE_S)
            await asyncio.to_thread(play, run / control.SOCKET_NAME)
        finally:
            ours.stop()
            await asyncio.wait_for(running, PATIENCE_S)
            server.close()

    asyncio.run(scenario())


def test_the_supervisor_does_what_the_policy_says(home: Path) -> None:
    def play(socket: Path) -> None:
        hand = OneMachine(socket)
        assert hand.running() == {"worker": 1}
        assert set(hand.roles()) == {"worker"}
        hand.bring("worker", 3)
        until(lambda: hand.running() == {"worker": 3})
        hand.bring("worker", 1)
        until(lambda: hand.running() == {"worker": 1})

    beside_a_supervisor(home, play)


def test_who_scales_by_hand_is_left_alone(home: Path) -> None:
    def play(socket: Path) -> None:
        hand = OneMachine(socket)
        control.ask(socket, {"do": "scale", "name": "worker", "count": 2})
        assert hand.running() == {}
        assert hand.roles() == {}
        with pytest.raises(control.RefusedError, match="by hand"):
            hand.bring("worker", 1)
        control.ask(socket, {"do": "scale", "name": "worker", "count": "auto"})
        assert hand.running() == {"worker": 2}
        with pytest.raises(control.RefusedError, match="several"):
            control.ask(socket, {"do": "scale", "name": "engine", "count": "auto"})

    beside_a_supervisor(home, play)


def test_without_a_supervisor_it_says_so(home: Path) -> None:
    with pytest.raises(control.NotRunningError, match="not running"):
        OneMachine(home / control.SOCKET_NAME).running()
