"""`matinee add` against a real web server: films survive restarts, and errors are sentences."""

import io
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from click.testing import CliRunner
from django.core.wsgi import get_wsgi_application
from django.db import connections
from PIL import Image
from rich.console import Console
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from bench import ports
from matinee.catalog import queries
from matinee.catalog.models import Title as TitleRow
from matinee.contracts.catalog import TitleDraft
from matinee.kernel import clock, ids, settings, storage
from matinee.kernel.clients import Client, M
from matinee.kernel.problems import Unavailable
from matinee.kernel.tokens import AccessTokens
from matinee.run import drafting, sending
from matinee.run.add import add, add_command
from matinee.run.drafting import AddError
from matinee.run.operator import Operator, operator_token
from matinee.run.subtitles import parsed
from tests.catalog.conftest import announced, ready, step, tell
from tests.catalog.tus_client import film as film_bytes
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.django_db(databases=["catalog"], transaction=True)

DRAFT = TitleDraft(name="My Film")


class Silent(WSGIRequestHandler):
    """Keeps its requests to itself."""

    def log(self, *_: object) -> None:
        """Nothing."""


class Service:
    """The web process: can be stopped and started again at the same address."""

    def __init__(self) -> None:
        self.port = ports.free()
        self.requests: list[str] = []
        self._server: BaseWSGIServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        app = get_wsgi_application()

        def watched(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            self.requests.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
            return app(environ, start)

        self._server = make_server("127.0.0.1", self.port, watched, request_handler=Silent)
        self._thread = threading.Thread(target=self._run, args=(self._server,))
        self._thread.start()

    def _run(self, server: BaseWSGIServer) -> None:
        server.serve_forever(poll_interval=0.02)
        connections.close_all()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._thread.join(PATIENCE_S)
            self._server.server_close()
            self._server = None


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def operator(service: Service) -> Iterator[Operator]:
    found = Operator(Client(service.url))
    yield found
    found.close()


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "my_film.mkv"
    path.write_bytes(film_bytes(300_000))
    return path


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "chunk_bytes", lambda: 32 * 1024)
    monkeypatch.setattr("matinee.run.add.POLL_S", 0.05)
    monkeypatch.setattr(sending, "_POLL_S", 0.05)


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets `encoding` tell something each time that the command waits."""

    def plan(*stages: str, error: str | None = None) -> None:
        told = iter(enumerate(stages, 1))
        encode_id = ids.uuid7()
        pause = clock.pause

        def wait(duration_s: float) -> None:
            number, stage = next(told, (0, ""))
            if stage == "ready":
                tell(ready(newest(), encode_id=encode_id))
            elif stage:
                tell(step(newest(), encode_id, number, stage=stage, error=error))
            pause(min(duration_s, 0.05))

        monkeypatch.setattr("matinee.run.add.clock.pause", wait)

    return plan


def newest() -> UUID:
    row = TitleRow.objects.order_by("-pk").first()
    assert row is not None
    return row.pk


def stored(upload: dict[str, str]) -> bytes:
    path = storage.open_storage(settings.get()).local_path(upload["source_key"])
    assert path is not None
    return path.read_bytes()


def console() -> Console:
    return Console(file=io.StringIO(), width=200)


def said(where: Console) -> str:
    assert isinstance(where.file, io.StringIO)
    return where.file.getvalue()


def test_a_film_becomes_a_published_title(
    film: Path, operator: Operator, encoder: Callable[..., None]
) -> None:
    encoder("probing", "encoding", "ready", "packaging", "done")
    shown = console()
    title = add(film, DRAFT, console=shown, operator=operator)
    assert (title.name, title.slug, title.status) == ("My Film", "my-film", "published")
    (told,) = announced("upload.completed")
    assert stored(told) == film.read_bytes()
    assert told["file_name"] == "my_film.mkv"
    assert "can be played: " in said(shown)
    assert "/title/my-film" in said(shown)


def test_what_the_encoder_finds_is_said(
    film: Path, operator: Operator, encoder: Callable[..., None]
) -> None:
    encoder("probing", "failed", error="The file has no picture. Use another one.")
    with pytest.raises(AddError, match=r"^The file has no picture\. Use another one\.$"):
        add(film, DRAFT, console=console(), operator=operator)


def test_an_upload_goes_on_through_restarts(
    film: Path, operator: Operator, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    restarts = iter([40_000, 120_000, 250_000])
    due = next(restarts)
    update = sending.upload_send

    def restarting(
        who: Operator, file: sending.FilmFile, upload: sending.Remembered, told: sending.Told
    ) -> None:
        def hear(offset: int) -> None:
            nonlocal due
            told(offset)
            if offset >= due:
                due = next(restarts, 10**9)
                service.stop()
                threading.Timer(0.4, service.start).start()

        update(who, file, upload, hear)

    monkeypatch.setattr(sending, "upload_send", restarting)
    add(film, DRAFT, wait=False, console=console(), operator=operator)
    (told,) = announced("upload.completed")
    assert stored(told) == film.read_bytes()
    assert due == 10**9
    assert TitleRow.objects.count() == 1


class Unheard(Operator):
    """Whose requests arrive, and whose answers get lost the first time."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.lost: set[str] = set()

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        answer = super().send(method, path, **options)
        self._lose(method, path)
        return answer

    def ask(self, answer: type[M], method: str, path: str, **options: Any) -> M:
        found = super().ask(answer, method, path, **options)
        self._lose(method, path)
        return found

    def _lose(self, method: str, path: str) -> None:
        step = f"{method} {path.partition('?')[0]}"
        if method != "PATCH" and "readyz" not in path and step not in self.lost:
            self.lost.add(step)
            raise Unavailable("no_answer", "The service was restarted.")


def test_an_answer_that_is_lost_is_asked_for_again(
    film: Path, service: Service, tmp_path: Path
) -> None:
    subtitles = tmp_path / "my_film.fr.srt"
    subtitles.write_text("1\n00:00:01,000 --> 00:00:02,000\nBonjour\n")
    operator = Unheard(Client(service.url))
    words = [parsed(f"fr={subtitles}")]
    title = add(film, DRAFT, subtitles=words, wait=False, console=console(), operator=operator)
    operator.close()
    assert len(operator.lost) == 5  # title, subtitles, upload, its offset, the title at the end
    assert [row.slug for row in TitleRow.objects.all()] == [title.slug] == ["my-film"]
    (told,) = announced("upload.completed")
    assert stored(told) == film.read_bytes()


def test_the_same_file_goes_on_where_it_was_interrupted(
    film: Path, operator: Operator, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_chunk = sending._send_chunk

    def interrupted(*arguments: object) -> int:
        if arguments[2] == 3 * sending.chunk_bytes():
            raise KeyboardInterrupt
        return send_chunk(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "_send_chunk", interrupted)
    with pytest.raises(KeyboardInterrupt):
        add(film, DRAFT, wait=False, console=console(), operator=operator)
    monkeypatch.setattr(sending, "_send_chunk", send_chunk)
    service.requests.clear()
    shown = console()
    title = add(film, DRAFT, wait=False, console=shown, operator=operator)
    assert "Going on with the upload" in said(shown)
    assert TitleRow.objects.count() == 1
    patches = [one for one in service.requests if one.startswith("PATCH")]
    assert len(patches) == -(-300_000 // sending.chunk_bytes()) - 3
    (told,) = announced("upload.completed")
    assert told["title_id"] == str(title.id)
    assert stored(told) == film.read_bytes()
    again = add(film, DRAFT, wait=False, console=console(), operator=operator)
    assert again.id != title.id, "a finished upload is over"


def test_a_file_that_changes_on_its_way_is_not_mixed(
    film: Path, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_chunk = sending._send_chunk

    def changed(*arguments: object) -> int:
        film.write_bytes(film_bytes(200_000))
        return send_chunk(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "_send_chunk", changed)
    with pytest.raises(AddError, match="was changed while"):
        add(film, DRAFT, wait=False, console=console(), operator=operator)
    assert not announced("upload.completed")


def test_pictures_come_along(film: Path, operator: Operator, tmp_path: Path) -> None:
    poster = tmp_path / "poster.png"
    Image.new("RGB", (800, 1200), "teal").save(poster)
    title = add(film, DRAFT, poster=poster, wait=False, console=console(), operator=operator)
    assert str(title.artwork.poster).startswith(f"/artwork/{title.id}/poster-")
    poster.write_bytes(b"no picture")
    with pytest.raises(AddError, match="no JPEG, PNG or WebP"):
        add(film, DRAFT, poster=poster, wait=False, console=console(), operator=operator)


def test_a_film_replaces_that_of_a_title(film: Path, operator: Operator) -> None:
    first = add(film, DRAFT, wait=False, console=console(), operator=operator)
    film.write_bytes(film_bytes(100_000))
    second = add(film, DRAFT, replace=first.slug, wait=False, console=console(), operator=operator)
    assert second.id == first.id
    assert [len(stored(told)) for told in announced("upload.completed")] == [300_000, 100_000]


def test_nothing_is_left_of_a_film_that_was_refused(
    film: Path, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matinee.catalog.spool.Spool.free_bytes", lambda _: 0)
    with pytest.raises(AddError, match="Make room and try again"):
        add(film, DRAFT, wait=False, console=console(), operator=operator)
    assert TitleRow.objects.count() == 0


def test_a_service_that_is_not_there_is_said(film: Path, service: Service) -> None:
    service.stop()
    with pytest.raises(AddError, match="Is Matinee running"):
        add(film, DRAFT, console=console(), operator=Operator(Client(service.url)))


def test_a_service_that_is_starting_is_waited_for(
    film: Path, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([{"database": "away"}, {"database": "behind"}])
    monkeypatch.setattr(
        "matinee.kernel.reliances.Reliances.look", lambda _: next(answers, {"database": "ok"})
    )
    title = add(film, DRAFT, wait=False, console=console(), operator=operator)
    assert next(answers, None) is None
    assert title.name == "My Film"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("missing.mkv", None, "cannot be found"),
        ("empty.mkv", b"", "is empty"),
        ("paper.mp4", b"%PDF-1.7\n" + bytes(range(256)), "is a PDF document, not a film"),
        (".", None, "is a folder"),
    ],
)
def test_what_cannot_be_a_film_is_said_at_once(
    tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    result = CliRunner().invoke(add_command, [str(path)])
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert sentence in result.output.replace("\n", " ")


def test_the_command_takes_all_that_a_title_has(
    film: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matinee.run.add.Operator", lambda: Operator(Client(service.url)))
    arguments = [
        str(film),
        *("--title", "The First", "--description", "It begins.", "--year", "2024"),
        *("--genre", "Drama", "--genre", "Night", "--director", "Ada", "--cast", "Bo"),
        *("--age", "12", "--series", "Harbour Lights", "--no-wait"),
    ]
    result = CliRunner().invoke(add_command, arguments)
    assert result.exit_code == 0, result.output
    assert "/title/the-first" in result.output.replace("\n", "")
    title = queries.title_by("the-first", queries.STAFF_VIEWER)
    assert (title.kind, title.season, title.episode, title.year) == ("episode", 1, 1, 2024)
    assert (title.genres, title.maturity_age) == (["Drama", "Night"], 12)
    assert [(c.role, c.name) for c in title.credits] == [("director", "Ada"), ("cast", "Bo")]
    series = queries.title_by("harbour-lights", queries.STAFF_VIEWER)
    assert (series.kind, series.name, series.id) == ("series", "Harbour Lights", title.series_id)
    film.write_bytes(film_bytes(1000))
    result = CliRunner().invoke(add_command, [str(film), "--series", "Harbour Lights", "--no-wait"])
    assert result.exit_code == 0, result.output
    second = queries.title_by("my-film", queries.STAFF_VIEWER)
    assert (second.name, second.series_id, second.episode) == ("My film", series.id, 2)


def test_a_wrong_option_is_said(film: Path) -> None:
    result = CliRunner().invoke(add_command, [str(film), "--year", "12"])
    assert result.exit_code == 1
    assert "year" in result.output


def test_the_token_is_the_owners_and_nobodys() -> None:
    caller = AccessTokens(settings.get().secrets).verify(operator_token(), "catalog")
    assert caller.account_id == UUID(int=0)
    assert caller.roles == {"owner"}
    assert caller.profile_id is None


def test_a_file_name_becomes_a_name() -> None:
    assert drafting.name_from(Path("a/the_long.night.mkv")) == "The long night"
    assert drafting.name_from(Path("élan.mp4")) == "Élan"


def test_subtitles_are_there_before_the_film(
    film: Path, tmp_path: Path, operator: Operator, service: Service
) -> None:
    words = tmp_path / "my_film.fr.srt"
    words.write_text("1\n00:00:01,000 --> 00:00:02,000\nSalut\n")
    title = add(film, DRAFT, subtitles=[parsed(f"fr={words}")], operator=operator, wait=False)
    assert [file["language"] for file in announced("subtitles.changed")[-1]["files"]] == ["fr"]
    put = service.requests.index(f"PUT /api/catalog/studio/titles/{title.id}/subtitles")
    assert put < next(n for n, one in enumerate(service.requests) if one.startswith("PATCH"))


@pytest.mark.parametrize(
    "wanted", ["film.fr.srt", "French=film.srt", "=film.srt", "fr=nothing.srt"]
)
def test_subtitles_that_cannot_be_sent(wanted: str) -> None:
    with pytest.raises(AddError, match=r"fr=film\.fr\.srt|nothing\.srt"):
        parsed(wanted)


def test_a_file_that_is_no_subtitle_file_is_told(
    film: Path, tmp_path: Path, operator: Operator
) -> None:
    words = tmp_path / "letter.txt"
    words.write_text("A letter to a friend.")
    with pytest.raises(AddError, match="not a subtitle file"):
        add(film, DRAFT, subtitles=[parsed(f"fr={words}")], operator=operator, wait=False)
