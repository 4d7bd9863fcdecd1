"""The command that says what is wrong."""

import sys

import click
from rich.console import Console
from rich.table import Table

from matinee.run import doctor as medicine

_STYLES = {"ok": "green", "warn": "yellow", "bad": "bold red"}


@click.command(name="doctor")
def doctor() -> None:
    """Say what is missing or wrong, and how to mend it. Ends with 1 if something is wrong."""
    findings = list(medicine.examine())
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("", "what", "found", "how to mend it"):
        table.add_column(title, overflow="fold")
    for finding in findings:
        mark = f"[{_STYLES[finding.state]}]{finding.state}"
        table.add_row(mark, finding.what, finding.found, finding.mend)
    Console().print(table)
    bad = sum(finding.state == "bad" for finding in findings)
    click.echo("All is well." if not bad else f"{bad} to mend.")
    sys.exit(1 if bad else 0)
