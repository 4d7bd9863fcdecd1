"""One event a line, and nothing personal in it."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from matinee.kernel import errands
from matinee.kernel.logs import OneLine, OneObject
from tests.journeys.said import personal_in_logs

TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    log, text = logging.getLogger("tests.logs"), io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(OneLine())
    log.addHandler(handler)
    log.propagate = False
    yield text
    log.removeHandler(handler)
    log.propagate = True


@pytest.mark.asvs("V16.2.5")
@pytest.mark.parametrize(
    "forged",
    [
        "title\nWARNING matinee.identity: owner signed in",
        "title\r\nERROR x",
        "a\x1b[2Jb",
        "a\u2028b",
        "a\x85b",
        "\x00",
    ],
)
def test_what_somebody_sent_stays_on_one_line(said: io.StringIO, forged: str) -> None:
    logging.getLogger("tests.logs").warning("no title %s here", forged)
    line = said.getvalue()
    assert len(line.splitlines()) == 1
    assert line.endswith("here\n")
    assert line.rstrip("\n").isprintable()


SECRETS = [
    ("ada.lovelace+tv@example.org", "refused {}: unknown"),
    (TOKEN, "Authorization: Bearer {}"),
    (TOKEN, "cookie was {}"),
    ("hunter2hunter2", '{{"password": "{}"}}'),
    ("4242 4242 4242 4242", "card {} declined"),
    ("4242424242424242", "card {} declined"),
]


@pytest.mark.asvs("V16.2.5")
@pytest.mark.parametrize(("secret", "around"), SECRETS)
def test_what_must_not_be_kept_is_struck_out(said: io.StringIO, secret: str, around: str) -> None:
    logging.getLogger("tests.logs").error(around.format(secret))
    assert secret not in said.getvalue()
    assert "<" in said.getvalue()


@pytest.fixture
def objects(said: io.StringIO) -> io.StringIO:
    (handler,) = logging.getLogger("tests.logs").handlers
    handler.setFormatter(OneObject())
    return said


@pytest.mark.asvs("V16.2.5")
@pytest.mark.parametrize(("secret", "around"), SECRETS)
def test_objects_keep_no_more_than_lines(objects: io.StringIO, secret: str, around: str) -> None:
    error = ValueError(around.format(secret))
    logging.getLogger("tests.logs").error(around.format(secret), exc_info=error)
    logging.getLogger("tests.logs").error("%s", {"body": around.format(secret)})
    assert secret not in objects.getvalue()
    for line in objects.getvalue().splitlines():
        assert "<" in json.loads(line)["message"]


def test_an_object_says_what_happened_and_on_whose_errand_and_nothing_else(
    objects: io.StringIO,
) -> None:
    with errands.doing(errands.made(None)):
        error = ValueError("no\nroom" + "x" * 20_000)
        logging.getLogger("tests.logs").error("it\nfailed", exc_info=error, extra={"who": "Ada"})
    (line,) = objects.getvalue().splitlines()
    told = json.loads(line)
    assert set(told) == {"time", "level", "logger", "message", "request", "error"}
    assert told["level"] == "ERROR"
    assert told["message"] == "it\\nfailed"
    assert "Ada" not in line
    # Whoever collects lines takes so much of one.
    assert len(line) < 16 * 1024


def test_a_trace_is_kept_and_cannot_pass_for_other_lines(said: io.StringIO) -> None:
    error = ValueError("of ada@example.org\nINFO forged: line")
    logging.getLogger("tests.logs").error("it failed", exc_info=error)
    first, *trace = said.getvalue().splitlines()
    assert first.endswith("it failed")
    assert trace
    assert all(line.startswith("  | ") for line in trace)
    assert "ada@example.org" not in said.getvalue()


def test_ids_moments_and_figures_are_left_alone(said: io.StringIO) -> None:
    plain = "0199a1b2-7777-7abc-8def-0123456789ab took 1024 ms at 2026-11-21 20:15"
    logging.getLogger("tests.logs").info(plain)
    logging.getLogger("tests.logs").warning(plain)
    assert plain in said.getvalue()


@pytest.mark.asvs("V13.3.1", "V16.2.5")
def test_the_search_of_a_services_logs_finds_what_none_may_hold(tmp_path: Path) -> None:
    """The journeys end with that search over the logs of all processes."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "some_key").write_text("not-to-be-told-to-anybody\n")
    lines = [
        "web sign-in of ada@example.org",
        f"web Bearer {TOKEN}",
        "edge GET /media/k1~1766000000~0a1b2c~abcdefghijklmnopqrstuv/a.m4s",
        "web the key is not-to-be-told-to-anybody",
        "web typed correct-horse",
    ]
    log = tmp_path / "logs" / "web.log"
    log.write_text("\n".join(lines))
    found = personal_in_logs(tmp_path, "correct-horse")
    assert [int(line.split(":")[1]) for line in found] == [1, 2, 3, 4, 5]
    log.write_text("web 200 in 12 ms, account 0199a1b2-7777-7abc-8def-0123456789ab\n")
    assert personal_in_logs(tmp_path, "correct-horse") == []
