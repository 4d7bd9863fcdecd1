"""`matinee add`: a film file of the operator's own becomes a published title."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypedDict, Unpack
from uuid import UUID

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from matinee.contracts.catalog import StudioTitle, Title, TitleDraft
from matinee.contracts.identity import MATURITY_AGE_MAX
from matinee.kernel import clock, ids, settings
from matinee.kernel.problems import Problem
from matinee.run import sending
from matinee.run.drafting import (
    STUDIO,
    AddError,
    Wanted,
    check_film,
    check_readable,
    draft_for,
)
from matinee.run.encodes import STAGES, has_ended
from matinee.run.operator import Operator
from matinee.run.subtitles import Subtitles, parsed
from matinee.run.subtitles import send as send_subtitles

POLL_S = 1.0
# An encode that takes no step for this long is left to itself.
_STILL_S = 3600.0
_ARTWORK_TIMEOUT_S = 60.0
# What the edge says while the web process restarts, and that one until its database answers.
_STARTING = frozenset({"starting", "not_ready"})


class AddOptions(TypedDict, total=False):
    """What may be said beside the film and its title."""

    poster: Path | None
    backdrop: Path | None
    subtitles: Sequence[Subtitles]
    replace: str | None
    wait: bool
    console: Console
    operator: Operator


class Given(Wanted):
    """What the command line says: the title's draft, and files beside the film."""

    poster: Path | None
    backdrop: Path | None
    subtitles: tuple[str, ...]


def add(film: Path, draft: TitleDraft, **options: Unpack[AddOptions]) -> Title:
    """Make a title, upload its film, and wait until all of it is encoded, unless told not to.

    With `replace`, the id or slug of a title that is there, the film replaces
    that title's. AddError with one sentence where anything is wrong.
    """
    console = options.get("console") or Console()
    operator = options.get("operator") or Operator()
    file = check_film(film)
    artwork = _artwork(options)
    try:
        _await_start(operator)
        known, memory = _begun(operator, console, file, draft, options.get("replace"))
        # First, so that they are there when the film is encoded.
        for subtitles in options.get("subtitles", ()):
            send_subtitles(operator, known.title_id, subtitles)
        _send(operator, console, file, known, memory)
        title_id = known.title_id
        for kind, picture in artwork.items():
            _send_picture(operator, title_id, kind, picture)
        if options.get("wait", True):
            _wait(operator, console, title_id)
        return _studio(operator, title_id).title
    except (Problem, sending.FileChangedError) as error:
        raise AddError(error.detail if isinstance(error, Problem) else str(error)) from error
    finally:
        if "operator" not in options:
            operator.close()


def _artwork(options: AddOptions) -> dict[str, Path]:
    given = {"poster": options.get("poster"), "backdrop": options.get("backdrop")}
    artwork = {kind: picture for kind, picture in given.items() if picture is not None}
    for picture in artwork.values():
        check_readable(picture, "picture")
    return artwork


def page_address(title: Title) -> str:
    """Where viewers find a title."""
    return f"{settings.get().url}/title/{title.slug}"


def _begun(
    operator: Operator,
    console: Console,
    file: sending.FilmFile,
    draft: TitleDraft,
    replace: str | None,
) -> tuple[sending.Remembered, sending.Memory]:
    """The upload of this film: the one under way, or a new one."""
    memory = sending.Memory(file)
    known = memory.recall()
    if known is not None and sending.upload_is_open(operator, known):
        console.print(f"Going on with the upload of {file.path.name}.")
    else:
        known = _begin(operator, file, draft, replace)
        memory.keep(known)
    return known, memory


def _send(
    operator: Operator,
    console: Console,
    file: sending.FilmFile,
    known: sending.Remembered,
    memory: sending.Memory,
) -> None:
    try:
        with _bar(console, DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()) as bar:
            line = bar.add_task("Uploading", total=file.size_bytes)
            sending.upload_send(
                operator, file, known, lambda offset: bar.update(line, completed=offset)
            )
    except Problem as problem:
        if problem.code == "not_a_film":
            memory.forget()
        raise
    memory.forget()


def _begin(
    operator: Operator, file: sending.FilmFile, draft: TitleDraft, replace: str | None
) -> sending.Remembered:
    if replace is not None:
        path = f"/api/catalog/titles/{replace}"
        title = sending.patiently(lambda: operator.ask(Title, "GET", path))
        return sending.upload_begin(operator, file, title.id)
    named = draft.model_copy(update={"id": ids.uuid7()})
    title = sending.patiently(lambda: operator.ask(Title, "POST", STUDIO, body=named))
    try:
        return sending.upload_begin(operator, file, title.id)
    except Problem:
        # Nobody wants a title whose film was refused; it would be in the way of the next try.
        with suppress(Problem):
            operator.send("DELETE", f"{STUDIO}/{title.id}")
        raise


def _send_picture(operator: Operator, title_id: UUID, kind: str, picture: Path) -> None:
    path, content = f"{STUDIO}/{title_id}/artwork/{kind}", picture.read_bytes()
    headers = {"Content-Type": "application/octet-stream"}
    options = {"content": content, "headers": headers, "timeout": _ARTWORK_TIMEOUT_S}
    sending.patiently(lambda: operator.send("PUT", path, **options))


def _studio(operator: Operator, title_id: UUID) -> StudioTitle:
    path = f"{STUDIO}/{title_id}"
    return sending.patiently(lambda: operator.ask(StudioTitle, "GET", path))


def _wait(operator: Operator, console: Console, title_id: UUID) -> None:
    """Show how the encode goes until it has ended; AddError if it failed."""
    playable, before, since_s = False, None, clock.monotonic_s()
    with _bar(console, TaskProgressColumn()) as bar:
        line = bar.add_task(STAGES["queued"], total=1.0)
        while clock.monotonic_s() - since_s < _STILL_S:
            row = _studio(operator, title_id)
            progress = row.progress
            if progress != before:
                before, since_s = progress, clock.monotonic_s()
            if progress is not None:
                bar.update(line, description=STAGES[progress.stage], completed=progress.fraction)
                if row.title.status == "published" and not playable:
                    playable = True
                    console.print(f"{row.title.name} can be played: {page_address(row.title)}")
                if has_ended(progress):
                    return
            clock.pause(POLL_S)
    console.print("The encode has not moved for an hour. `matinee status` and Studio tell more.")


def _await_start(operator: Operator) -> None:
    """Wait for a service that is starting; one that is not there is said at once."""
    try:
        _look(operator)
    except Problem as problem:
        if problem.code not in _STARTING:
            raise
        sending.patiently(lambda: _look(operator))


def _look(operator: Operator) -> None:
    operator.send("GET", "/api/catalog/readyz")


def _bar(console: Console, *columns: ProgressColumn) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), *columns, console=console, transient=False
    )


_FILE = click.Path(path_type=Path)
_AGES = click.IntRange(0, MATURITY_AGE_MAX)


@click.command("add")
@click.argument("film", type=_FILE)
@click.option("--title", help="Its name; the file's name if left out.")
@click.option("--description", default="", help="What it is about.")
@click.option("--tagline", default="", help="One line for the shelf.")
@click.option("--year", type=int, help="When it was made.")
@click.option("--genre", multiple=True, help="A genre; give it again for more.")
@click.option("--mood", multiple=True, help="A mood; give it again for more.")
@click.option("--director", multiple=True, help="Who directed it; give it again for more.")
@click.option("--cast", multiple=True, help="Who is seen in it; give it again for more.")
@click.option("--age", type=_AGES, default=0, help="From which age it may be watched.")
@click.option("--language", default="en", help="Its original language, as in en or pt-BR.")
@click.option("--slug", help="Its address; made from the name if left out.")
@click.option("--series", help="The series that it is an episode of; made if there is none.")
@click.option("--season", type=int, help="The season; 1 if left out.")
@click.option("--episode", type=int, help="The episode; the next one if left out.")
@click.option("--poster", type=_FILE, help="A 2:3 picture; cut from the film if left out.")
@click.option("--backdrop", type=_FILE, help="A 16:9 picture; cut from the film if left out.")
@click.option(
    "--subtitles",
    multiple=True,
    help="A subtitle file with its language, as in fr=film.fr.srt; give it again for more.",
)
@click.option("--replace", help="The address of a title whose film this replaces.")
@click.option("--wait/--no-wait", default=True, help="Stay until it is encoded, or leave then.")
def add_command(
    film: Path,
    replace: str | None,
    *,
    wait: bool,
    **given: Unpack[Given],
) -> None:
    """Turn the file FILM into a published title.

    An upload that was interrupted goes on where it stood when the same file is
    added again.
    """
    console = Console()
    check_film(film)
    subtitles = [parsed(wanted) for wanted in given["subtitles"]]
    operator = Operator()
    try:
        title = add(
            film,
            draft_for(operator, film, given),
            poster=given["poster"],
            backdrop=given["backdrop"],
            subtitles=subtitles,
            replace=replace,
            wait=wait,
            console=console,
            operator=operator,
        )
    except Problem as problem:
        raise AddError(problem.detail) from problem
    finally:
        operator.close()
    done = "is encoded" if wait else "is uploaded and encodes by itself"
    console.print(f"{title.name} {done}: {page_address(title)}")
