"""`matinee encode` and `matinee report`: a title's encodes, for operators without a browser."""

from collections.abc import Iterator

import click
from rich.console import Console
from rich.table import Table

from matinee.contracts.catalog import EncodeProgress, StudioTitle, Title
from matinee.contracts.encoding import EncodeReport
from matinee.run.drafting import STUDIO, AddError
from matinee.run.operator import Operator

_MEGABIT = 1_000_000
STAGES = {
    "queued": "Waiting for its turn",
    "probing": "Looking at the file",
    "checking": "Checking the film",
    "analysing": "Choosing qualities",
    "encoding": "Encoding",
    "packaging": "Packaging",
    "publishing": "Publishing",
    "done": "Done",
    "failed": "Failed",
    "stopped": "Stopped",
}


def has_ended(progress: EncodeProgress) -> bool:
    """Whether all of a film is encoded; AddError where that will not come."""
    if progress.stage == "failed":
        raise AddError(progress.error or "The film could not be encoded. Studio tells more.")
    if progress.stage == "stopped":
        raise AddError("The encode was stopped. `matinee encode` begins it again.")
    return progress.stage == "done"


@click.command("encode")
@click.argument("slug")
@click.option("--stop", is_flag=True, help="End the encode that runs; what can be played stays.")
def encode_command(slug: str, *, stop: bool) -> None:
    """Encode the film of the title at the address SLUG again, from its source.

    What can be played stays until the new streams are there.
    """
    operator = Operator()
    try:
        title = operator.ask(Title, "GET", f"/api/catalog/titles/{slug}")
        path = f"{STUDIO}/{title.id}/encode{'/stop' if stop else ''}"
        row = operator.ask(StudioTitle, "POST", path)
    finally:
        operator.close()
    done = "is stopping" if stop else "is being encoded again"
    click.echo(f"{row.title.name} {done}.")


@click.command("report")
@click.argument("slug")
def report_command(slug: str) -> None:
    """Show what the newest encode of the title at the address SLUG chose, reached and took."""
    operator = Operator()
    try:
        title = operator.ask(Title, "GET", f"/api/catalog/titles/{slug}")
        report = operator.ask(EncodeReport, "GET", f"{STUDIO}/{title.id}/encode-report")
    finally:
        operator.close()
    console = Console()
    console.print(_rungs(report))
    for sentence in (*savings(report), *report.remarks):
        console.print(sentence)
    console.print(_stages(report))


def savings(report: EncodeReport) -> Iterator[str]:
    """A sentence per codec of which it is known what it saves."""
    for codec, share in sorted(report.saved.items()):
        less = "fewer" if share >= 0 else "more"
        yield f"{codec}: {abs(share):.1%} {less} bits than the fixed ladder at the same quality."


def _rungs(report: EncodeReport) -> Table:
    table = _table("rung", "size", "range", "Mbit/s", "CRF", "VMAF", "aimed at", "worst 5 %")
    for rung in report.rungs:
        table.add_row(
            rung.name,
            f"{rung.width}x{rung.height}",
            rung.dynamic_range,
            f"{rung.bitrate_bps / _MEGABIT:.2f}",
            f"{rung.crf:g}",
            f"{rung.vmaf:.1f}",
            "" if rung.vmaf_aim is None else f"{rung.vmaf_aim:.1f}",
            f"{rung.vmaf_low:.1f}",
        )
    return table


def _stages(report: EncodeReport) -> Table:
    table = _table("stage", "steps", "CPU s", "worker s")
    for usage in report.stages:
        table.add_row(usage.stage, str(usage.steps), f"{usage.cpu_s:.1f}", f"{usage.wall_s:.1f}")
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table
