"""The `matinee` command. Each subcommand is loaded when it is called, so that help is quick."""

import importlib
import sys
from typing import Any

import click

# Where commands lie -> (the heading that help lists them under, name -> one line of help).
COMMANDS = {
    "matinee.run.commands.start": (
        "Run",
        {"up": "Start everything on this machine and keep it running."},
    ),
    "matinee.run.commands.machine": (
        "Run",
        {
            "status": "Show what runs, and how it is.",
            "stop": "Stop everything; what is in hand is finished first.",
            "scale": "Run so many copies of a process.",
            "restart": "Start a process anew; who serves meanwhile ends when it is ready.",
            "logs": "Show what processes said, and go on showing it.",
        },
    ),
    "matinee.run.commands.scaling": (
        "Run",
        {
            "copies": "Show how many copies of each process are wanted, and why.",
            "scaler": "Decide it for containers, and say so over HTTP.",
        },
    ),
    "matinee.run.commands.health": (
        "Run",
        {"doctor": "Say what is missing or wrong, and how to mend it."},
    ),
    "matinee.run.commands.films": (
        "Films",
        {
            "add": "Turn a film file into a published title.",
            "encode": "Encode a title's film again, or stop that.",
            "report": "Show what the encode of a title came to.",
        },
    ),
    "matinee.run.commands.library": (
        "Films",
        {
            "titles": "Take all titles out as a file, or bring many in.",
            "import": "Bring a library of another server over.",
        },
    ),
    "matinee.run.commands.recommending": (
        "Recommendations",
        {"recommendations": "Train, see what came of it, and go back."},
    ),
    "matinee.run.commands.edges": (
        "Edges",
        {"edge": "Make hosts serve media, wherever they are."},
    ),
    "matinee.run.commands.keys": (
        "Edges",
        {"keys": "Change what tokens are signed with."},
    ),
    "matinee.run.commands.sealing": (
        "People",
        {
            "audit": "Look whether the audit log is whole.",
            "seals": "Change the keys that names and addresses are sealed with.",
        },
    ),
    "matinee.run.commands.people": (
        "People",
        {
            "staff": "Make an account an owner of this service.",
            "accounts": "Help people who cannot sign in.",
            "demo": "Put in the demo films and viewers.",
        },
    ),
    "matinee.run.commands.clients": (
        "People",
        {"clients": "Let applications of others act in people's names."},
    ),
    "matinee.run.commands.upgrade": (
        "Upkeep",
        {"upgrade": "Go over to this release while everything runs, or back."},
    ),
    "matinee.run.commands.backup": (
        "Upkeep",
        {
            "backup": "Copy the records, and the keys of what is sealed apart from them.",
            "restore": "Put copied records back.",
        },
    ),
    "matinee.run.commands.upkeep": (
        "Upkeep",
        {
            "dead": "Look at work that failed for good, and do it again.",
            "entitlements": "Tell every service again what accounts may watch.",
            "settings": "List every setting and its value.",
            "openapi": "Write the OpenAPI document of every service.",
        },
    ),
    "matinee.run.commands.processes": (
        "One process (what `up` starts, and what containers run)",
        {
            "migrate": "Bring the databases up to this release.",
            "web": "Serve the API of every service.",
            "worker": "Take events and ordinary tasks.",
            "encoder": "Take encodes.",
            "front": "Serve pages and media before services with hosts of their own.",
            "simulator": "Stand in for a payment gateway; no money moves.",
            "relay": "Hand on the facts in the outboxes.",
            "beat": "Send periodic tasks when they are due.",
        },
    ),
}


class Matinee(click.Group):
    """A group whose commands lie in modules of their own, and whose errors are sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of the table."""
        return [name for _, lines in COMMANDS.values() for name in lines]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command, loaded now."""
        for module, (_, lines) in COMMANDS.items():
            if cmd_name in lines:
                found = getattr(importlib.import_module(module), cmd_name)
                if not isinstance(found, click.Command):
                    raise TypeError(cmd_name)
                return found
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Help without loading any."""
        for heading in dict.fromkeys(heading for heading, _ in COMMANDS.values()):
            own = [lines.items() for other, lines in COMMANDS.values() if other == heading]
            with formatter.section(heading):
                formatter.write_dl([item for items in own for item in items])

    def invoke(self, ctx: click.Context) -> Any:
        """Turn what an operator can mend into one sentence instead of a traceback."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            explanations = importlib.import_module("matinee.run.explanations")
            sentence = explanations.explain(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error


@click.group(cls=Matinee, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="matinee", message="Matinee %(version)s")
def main() -> None:
    """Matinee, a streaming service that anyone can run.

    `matinee up` starts it; `matinee add FILM --title "…"` puts a film in;
    `matinee doctor` helps when something does not work.

    All state lies in the folder that MATINEE_HOME names (default: ./var).
    """


if __name__ == "__main__":
    sys.exit(main())
