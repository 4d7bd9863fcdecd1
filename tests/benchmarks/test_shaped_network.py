"""What turns and carries the shaped network of `bin/bench network`."""

import asyncio
from pathlib import Path

from bench import forwarding, ports
from bench.network import Scenario, Watch
from matinee.kernel import clock
from tests.patience import PATIENCE_S


def test_a_scenario_says_what_it_lets_through_and_begins_again_at_its_end() -> None:
    scenario = Scenario("steps", [(10_000, 20), (800, 40), (0, 5)])
    at = {0: 10_000, 19.9: 10_000, 20: 800, 59.9: 800, 60: 0, 64.9: 0, 65: 10_000, 86: 800}
    assert {at_s: scenario.kbps(at_s) for at_s in at} == at


def test_the_last_rendition_of_a_segment_of_picture_counts() -> None:
    watch = Watch(page=None, shaper=None, press=lambda: None)  # type: ignore[arg-type]
    for url in (
        "http://x/media/t/p/video-h264-3/1.m4s",
        "http://x/media/t/p/video-h264-2/1.m4s",
        "http://x/media/t/p/video-h264-2/init.mp4",
        "http://x/media/t/p/audio-0-en-aac-2/1.m4s",
        "http://x/media/t/p/video-h264-1/2.m4s",
    ):
        watch.note(url)
    assert watch.fetched == {1: "video-h264-2", 2: "video-h264-1"}


def test_what_goes_in_at_one_end_comes_out_at_the_other(tmp_path: Path) -> None:
    sent = bytes(range(256)) * 4000
    assert asyncio.run(_there_and_back(sent, tmp_path / "gate")) == sent


async def _connected(port: int, gate: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the nearer forwarder, once both are there."""
    end_s = clock.monotonic_s() + PATIENCE_S
    while True:
        try:
            if await asyncio.to_thread(gate.exists):
                return await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            pass
        assert clock.monotonic_s() < end_s, "the forwarders did not begin"
        await asyncio.sleep(0.02)


async def _there_and_back(sent: bytes, gate: Path) -> bytes:
    """What a server behind two forwarders, one of them on a socket in a folder, sends back."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(len(sent)))
        await writer.drain()
        writer.close()

    far, near = ports.free(), ports.free()
    server = await asyncio.start_server(echo, "127.0.0.1", far)
    forwarders = [
        asyncio.create_task(forwarding.serve(str(gate), f"127.0.0.1:{far}")),
        asyncio.create_task(forwarding.serve(f"127.0.0.1:{near}", str(gate))),
    ]
    try:
        reader, writer = await _connected(near, gate)
        writer.write(sent)
        back = await asyncio.wait_for(reader.read(-1), PATIENCE_S)
        writer.close()
        return back
    finally:
        for task in forwarders:
            task.cancel()
        server.close()
        await asyncio.gather(*forwarders, return_exceptions=True)
