"""The `matinee` command. Each subcommand is loaded when it is called, so that help is quick."""

import importlib
import sys
from typing import Any

import click

# Name -> (where it is, one line of help, the group that help lists it in).
COMMANDS = {
    "up": ("machine:up", "Start everything on this machine and keep it running.", "Run"),
    "status": ("machine:status", "Show what runs, and how it is.", "Run"),
    "stop": ("machine:stop", "Stop everything; what is in hand is finished first.", "Run"),
    "scale": ("machine:scale", "Run so many copies of a process.", "Run"),
    "restart": ("machine:restart", "End a process in its own time and start it again.", "Run"),
    "logs": ("machine:logs", "Show what processes said, and go on showing it.", "Run"),
    "doctor": ("machine:doctor", "Say what is missing or wrong, and how to mend it.", "Run"),
    "add": ("films:add", "Turn a film file into a published title.", "Films and people"),
    "staff": ("people:staff", "Make an account an owner of this service.", "Films and people"),
    "demo": ("people:demo", "Put in the demo films and viewers.", "Films and people"),
    "dead": ("upkeep:dead", "Look at work that failed for good, and do it again.", "Upkeep"),
    "settings": ("upkeep:settings_page", "List every setting and its value.", "Upkeep"),
    "openapi": ("upkeep:openapi", "Write the OpenAPI document of every service.", "Upkeep"),
    "migrate": ("processes:migrate", "Bring the databases up to this release.", "One process"),
    "web": ("processes:serve", "Serve the API of every service.", "One process"),
    "worker": ("processes:worker", "Take events and ordinary tasks.", "One process"),
    "encoder": ("processes:encoder", "Take encodes.", "One process"),
    "relay": ("processes:relay", "Hand on the facts in the outboxes.", "One process"),
    "beat": ("processes:beat", "Send periodic tasks when they are due.", "One process"),
}


class Matinee(click.Group):
    """A group whose commands lie in modules of their own, and whose errors are sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command, loaded now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        found = getattr(importlib.import_module(f"matinee.run.commands.{module}"), attribute)
        if not isinstance(found, click.Command):
            raise TypeError(cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Help without loading any."""
        for group in dict.fromkeys(group for _, _, group in COMMANDS.values()):
            rows = [(name, line) for name, (_, line, own) in COMMANDS.items() if own == group]
            with formatter.section(group):
                formatter.write_dl(rows)

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
