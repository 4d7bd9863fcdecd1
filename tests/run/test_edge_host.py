"""Edges, a shield and an origin, in real nginx: who asks whom, how often, and who is refused."""

import contextlib
import itertools
import os
import shutil
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from bench import ports
from matinee.kernel import clock
from matinee.kernel.edge_tokens import FILL_LIFETIME, FillTokens, MediaTokens
from matinee.run import edge, edge_host
from matinee.run.edge_host import Certificate
from tests.patience import PATIENCE_S, until
from tests.run.edge_hosts import Network, asked, self_signed, started

SEGMENT = os.urandom(300_000)
AT_ONCE = 100


def all_at_once(chain: Network, path: str) -> list[httpx.Response]:
    # Each with a session of its own, as viewers are.
    urls = [chain.url(path) for _ in range(AT_ONCE)]
    limits = httpx.Limits(max_connections=AT_ONCE)
    with (
        httpx.Client(timeout=PATIENCE_S, limits=limits) as client,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        return list(pool.map(client.get, urls))


@pytest.mark.parametrize("is_admitted", [False, True])
def test_of_many_that_miss_a_file_one_asks_on(chain: Network, *, is_admitted: bool) -> None:
    package = f"many-{is_admitted}"
    path = f"{package}/v1/3.m4s"
    chain.put(path, SEGMENT)
    if is_admitted:
        chain.admit(package, "v1", 0)
    answers = all_at_once(chain, path)
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.content == SEGMENT for answer in answers)
    outcomes = [line["c"] for line in chain.fills_of("edge", path, AT_ONCE)]
    assert chain.fills_of("shield", path, 1)
    assert chain.fills_of("origin", path, 1)
    assert outcomes.count("stored" if is_admitted else "MISS") == 1
    assert set(outcomes) == ({"stored", "held"} if is_admitted else {"MISS", "HIT"})
    held = chain.edge.folder / "media" / "packages" / path
    assert held.exists() == is_admitted
    assert not is_admitted or held.read_bytes() == SEGMENT


def test_what_earned_its_place_is_kept_whole_by_ranges(chain: Network) -> None:
    for number in ("9", "10", "29", "30", "99", "100", "300", "1000"):
        chain.put(f"ranged/v1/{number}.m4s", SEGMENT)
    chain.put("ranged/v1/init.mp4", b"init")
    chain.put("ranged/manifest.mpd", b"<MPD/>")
    for admitted in (1, 3):
        chain.admit("ranged", "v1", admitted)
    chain.admit("ranged", "-", 0)
    # A viewer who wants a part, and one who has seen the file before, still bring it whole.
    part = chain.get("ranged/v1/10.m4s", Range="bytes=5-9")
    assert (part.status_code, part.content) == (206, SEGMENT[5:10])
    since = "Fri, 01 Jan 2100 00:00:00 GMT"
    chain.get("ranged/v1/29.m4s", **{"If-Modified-Since": since, "If-None-Match": "*"})
    for name in ("v1/9.m4s", "v1/30.m4s", "v1/99.m4s", "v1/100.m4s", "v1/300.m4s", "v1/1000.m4s"):
        assert chain.get(f"ranged/{name}").content == SEGMENT
    assert chain.get("ranged/v1/init.mp4").content == b"init"
    assert chain.get("ranged/manifest.mpd").content == b"<MPD/>"
    held = chain.edge.folder / "media" / "packages" / "ranged"
    found = {file.relative_to(held).as_posix() for file in held.rglob("*") if file.is_file()}
    # Manifests come with a fill only.
    assert found == {"v1/10.m4s", "v1/29.m4s", "v1/100.m4s"}
    assert (held / "v1/10.m4s").read_bytes() == (held / "v1/29.m4s").read_bytes() == SEGMENT


def test_a_part_of_what_is_not_held(chain: Network) -> None:
    chain.put("part/v1/1.m4s", SEGMENT)
    for _ in range(2):
        answer = chain.get("part/v1/1.m4s", Range="bytes=100-199")
        assert (answer.status_code, answer.content) == (206, SEGMENT[100:200])
    assert chain.get("part/v1/1.m4s").content == SEGMENT


def test_what_is_taken_down_is_gone_within_seconds(chain: Network) -> None:
    chain.put("gone/v1/1.m4s", SEGMENT)
    chain.put("gone/v1/2.m4s", SEGMENT)
    chain.admit("gone", "v1", 0)
    chain.get("gone/v1/1.m4s")
    assert chain.get("gone/v1/1.m4s").content == SEGMENT
    for folder in (chain.edge.folder, chain.shield.folder, chain.home.home):
        (folder / "refused" / "gone").touch()
    shutil.rmtree(chain.edge.folder / "media" / "packages" / "gone")
    # nginx may hold a file open for two seconds after it was unlinked.
    until(lambda: chain.get("gone/v1/1.m4s").status_code == 410)
    assert chain.get("gone/v1/2.m4s").json()["code"] == "taken_down"
    token = FillTokens(chain.home.secrets).issue(uuid4())
    for host in (chain.home.address, chain.shield.listen[0]):
        url = f"http://{host}/fill/gone/v1/1.m4s"
        assert asked(url, headers={"X-Matinee-Fill": token}).status_code == 410
    viewer = f"http://{chain.home.address}/media/{chain.token('gone')}/gone/v1/1.m4s"
    assert asked(viewer).status_code == 410


def test_while_the_origin_is_away(chain: Network) -> None:
    for name in ("v1/1.m4s", "v1/2.m4s", "manifest.mpd"):
        chain.put(f"away/{name}", SEGMENT if name.endswith("m4s") else b"<MPD/>")
    chain.get("away/v1/1.m4s")
    chain.stop("origin")
    try:
        assert chain.get("away/v1/1.m4s").content == SEGMENT
        missed = chain.get("away/v1/2.m4s")
        assert (missed.status_code, missed.json()["code"]) == (503, "origin_away")
    finally:
        chain.start("origin")
    assert chain.get("away/v1/2.m4s").content == SEGMENT
    # Without the shield the origin itself is asked.
    chain.stop("shield")
    try:
        assert chain.get("away/manifest.mpd").content == b"<MPD/>"
    finally:
        chain.start("shield")


def test_an_absent_file_is_asked_for_again_soon(chain: Network) -> None:
    assert chain.get("later/v1/1.m4s").json()["code"] == "not_found"
    chain.put("later/v1/1.m4s", SEGMENT)
    until(lambda: chain.get("later/v1/1.m4s").content == SEGMENT)


def test_only_edges_may_fill(chain: Network) -> None:
    chain.put("fill/v1/1.m4s", SEGMENT)
    fill = FillTokens(chain.home.secrets)
    with clock.shifted(-FILL_LIFETIME - timedelta(seconds=5)):
        old = fill.issue(uuid4())
    for host in (chain.home.address, chain.shield.listen[0], chain.edge.listen[0]):
        url = f"http://{host}/fill/fill/v1/1.m4s"
        for wrong in ("", "x", chain.token("fill"), chain.token("*"), fill.issue(uuid4()) + "x"):
            refused = asked(url, headers={"X-Matinee-Fill": wrong})
            assert (refused.status_code, refused.json()["code"]) == (403, "fill_token_wrong")
        expired = asked(url, headers={"X-Matinee-Fill": old})
        assert expired.json()["code"] == "fill_token_expired"
    right = {"X-Matinee-Fill": fill.issue(uuid4()), "Range": "bytes=0-9"}
    part = asked(f"http://{chain.shield.listen[0]}/fill/fill/v1/1.m4s", headers=right)
    assert (part.status_code, part.content) == (206, SEGMENT[:10])
    # An edge gives a neighbour what it holds, and fetches nothing for it.
    there = asked(f"http://{chain.edge.listen[0]}/fill/fill/v1/1.m4s", headers=right)
    assert there.status_code == 404
    fill_token_as_viewer = chain.url("fill/v1/1.m4s", token=fill.issue(uuid4()))
    assert asked(fill_token_as_viewer).json()["code"] == "media_token_wrong"


def test_keys_change_while_it_runs(chain: Network) -> None:
    chain.put("keys/v1/1.m4s", SEGMENT)
    before = chain.url("keys/v1/1.m4s")
    ring = MediaTokens(chain.home.secrets).ring
    with httpx.Client(timeout=PATIENCE_S) as viewer:
        assert viewer.get(before).status_code == 200
        fresh = ring.rotate()
        with clock.shifted(timedelta(minutes=3)):
            after = chain.url("keys/v1/1.m4s")
        assert f"/{fresh.kid}~" in after
        assert viewer.get(after).json()["code"] == "media_token_wrong"
        edge_host.prepare(chain.edge, chain.keys())
        assert edge_host.reload(chain.edge)
        until(lambda: viewer.get(after).status_code == 200)
        assert viewer.get(before).status_code == 200
        ring.rotate(at_once=True)
        edge_host.prepare(chain.edge, chain.keys())
        assert edge_host.reload(chain.edge)
        assert edge.reload(chain.home)
        until(lambda: viewer.get(before).status_code == 403)
        assert viewer.get(after).status_code == 403
        assert viewer.get(chain.url("keys/v1/1.m4s")).status_code == 200


def test_a_token_that_is_passed_around_is_refused(chain: Network) -> None:
    chain.put("shared/v1/1.m4s", SEGMENT)
    url = chain.url("shared/v1/1.m4s")

    def ask(address: str) -> httpx.Response:
        way = httpx.HTTPTransport(local_address=address)
        with httpx.Client(transport=way, timeout=PATIENCE_S) as client:
            return client.get(url)

    for number in (1, 2, 3, 4, 2, 1):
        assert ask(f"127.0.0.{number}").status_code == 200
    refused = ask("127.0.0.5")
    assert (refused.status_code, refused.json()["code"]) == (403, "media_token_shared")
    assert ask("127.0.0.4").status_code == 200


def test_a_session_that_asks_too_often_waits(chain: Network) -> None:
    chain.put("often/v1/1.m4s", b"x")
    url, other = chain.url("often/v1/1.m4s"), chain.url("often/v1/1.m4s")
    with httpx.Client(timeout=PATIENCE_S) as client:
        answers = [client.get(url) for _ in range(100)]
        assert {answer.status_code for answer in answers} == {200}
        # Ten at once ask faster than a session may, also where one alone would be too slow to.
        with ThreadPoolExecutor(10) as pool:
            many = itertools.chain.from_iterable(
                pool.map(client.get, [url] * 100) for _ in range(100)
            )
            refused = next(answer for answer in many if answer.status_code == 429)
        assert refused.json()["code"] == "too_many_requests"
        assert refused.headers["access-control-allow-origin"] == "*"
        assert client.get(other).status_code == 200


def test_players_of_other_hosts_may_read_every_answer(chain: Network) -> None:
    chain.put("cors/v1/1.m4s", SEGMENT)
    wrong = f"http://{chain.edge.listen[0]}/media/x/cors/v1/1.m4s"
    urls = [chain.url("cors/v1/1.m4s"), chain.url("cors/v1/9.m4s"), wrong]
    answers = [asked(url) for url in urls]
    assert [answer.status_code for answer in answers] == [200, 404, 403]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "content-security-policy" not in answer.headers
    assert answers[0].headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asked(f"http://{chain.edge.listen[0]}/").status_code == 404


def test_the_key_of_a_playlist_is_asked_of_the_service(chain: Network) -> None:
    token = chain.token("p")
    key = asked(f"http://{chain.edge.listen[0]}/media/{token}/p/key")
    # No web process runs there; the origin says so, and players may read it.
    assert (key.status_code, key.json()["code"]) == (503, "origin_away")
    assert key.headers["access-control-allow-origin"] == "*"
    refused = asked(f"http://{chain.edge.listen[0]}/media/{token}/q/key")
    assert refused.json()["code"] == "media_token_wrong"


def test_over_tls_and_http_2(chain: Network, tmp_path: Path) -> None:
    own = Certificate(tmp_path / "own.pem", tmp_path / "own.key")
    own.certificate.write_bytes(self_signed(own.key))
    chain.put("tls/v1/1.m4s", SEGMENT)
    port = ports.free()
    folder = chain.edge.folder.with_name
    secure = f"https://localhost:{port}"
    at = f"127.0.0.1:{ports.free()}"
    shield = replace(chain.shield, folder=folder("tls"), listen=(f"127.0.0.1:{port}",), tls=own)
    behind = replace(chain.edge, folder=folder("behind"), listen=(at,), sources=(secure,))
    # It trusts this certificate alone.
    trusting = replace(behind, authority=own.certificate)
    with contextlib.ExitStack() as stack:
        for host, url in ((shield, secure), (trusting, f"http://{at}")):
            edge_host.prepare(host, chain.keys())
            child = started(edge_host.command(host), url, own.certificate)
            stack.callback(child.wait, PATIENCE_S)
            stack.callback(child.terminate)
        context = ssl.create_default_context(cafile=str(own.certificate))
        context.set_alpn_protocols(["h2"])
        link = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        talk = stack.enter_context(context.wrap_socket(link, server_hostname="localhost"))
        assert talk.selected_alpn_protocol() == "h2"
        url = f"http://{at}/media/{chain.token('tls')}/tls/v1/1.m4s"
        assert asked(url).content == SEGMENT
