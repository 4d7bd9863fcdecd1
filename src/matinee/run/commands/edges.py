"""Commands about edges: inviting a host, making it one, running it."""

import sys
from pathlib import Path
from typing import TypeVar

import click
from pydantic import BaseModel, ValidationError

from matinee.contracts.catalog import Title
from matinee.contracts.delivery import (
    Edge,
    EdgeDraft,
    Invitation,
    InvitationDraft,
    Takedown,
    TakedownDraft,
    TakedownList,
)
from matinee.delivery.agent.joining import Wish, join
from matinee.kernel import clock, settings
from matinee.run import edge_agent, engines, networks, upgrading
from matinee.run.operator import Operator

_TAKEDOWNS = "/api/delivery/takedowns"
_OBEYED_S, _LOOK_S = 20.0, 0.5
D = TypeVar("D", bound=BaseModel)
# What fields of the service's are on the command line.
_SAID_AS = {
    "id": "NAME (small letters, digits and hyphens)",
    "base_url": "--url (such as https://EDGE.EXAMPLE.ORG)",
    "region": "--region (small letters, digits and hyphens)",
    "site": "--site (small letters, digits and hyphens)",
    "price_micros_per_gb": "--price",
    "commitment_bps": "--commitment",
}
_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="edge")
def edge() -> None:
    """Make hosts serve media, wherever they are."""


@edge.command(name="invite")
@click.argument("name")
@click.option("--url", default="", help="Where viewers will reach it, as https://EDGE.EXAMPLE.ORG.")
@click.option("--region", default="home", show_default=True, help="Whose viewers it is for.")
@click.option("--site", default="", help="The place it stands in, with others that are near.")
@click.option("--shield", is_flag=True, help="It stands between edges and the origin instead.")
def invite(name: str, url: str, region: str, site: str, *, shield: bool) -> None:
    """Print the command that makes a host the edge NAME. It counts once, for an hour."""
    draft = _checked(
        InvitationDraft,
        {
            "id": name,
            "base_url": url,
            "region": region,
            "site": site,
            "role": "shield" if shield else "edge",
        },
    )
    operator = Operator()
    try:
        made = operator.ask(Invitation, "POST", "/api/delivery/invitations", body=draft)
    finally:
        operator.close()
    click.echo(f"On the host, within an hour:\n\n  {made.command}\n")


@edge.command(name="network")
@click.argument("name")
@click.option("--of", "kind", type=click.Choice(networks.KINDS), required=True, help="Whose it is.")
@click.option("--url", required=True, help="Where viewers reach it, as https://FILMS.EXAMPLE.NET.")
@click.option("--region", default="home", show_default=True, help="Whose viewers it is for.")
@click.option(
    "--price", default=0.0, help="What a gigabyte costs there, in the service's currency."
)
@click.option("--commitment", default=0.0, help="Gb/s that are paid for there anyway.")
@click.option("--through", default="", help="Bunny: the address of the pull zone that keeps files.")
def network(name: str, kind: str, url: str, region: str, **said: float | str) -> None:
    """Make a commercial network the edge NAME, and print the program that it runs.

    Again for a network that is known: its program by the keys of now, as after `keys rotate`.
    """
    draft = _checked(
        EdgeDraft,
        {
            "id": name,
            "base_url": url.rstrip("/"),
            "region": region,
            "role": "commercial",
            "price_micros_per_gb": round(float(said["price"]) * 1e6),
            "commitment_bps": round(float(said["commitment"]) * 1e9),
        },
    )
    try:
        program = networks.program(kind, settings.get(), str(said["through"]))
    except networks.NetworkError as error:
        raise click.ClickException(str(error)) from error
    operator = Operator()
    try:
        operator.ask(Edge, "PUT", f"/api/delivery/edges/{name}", body=draft)
    finally:
        operator.close()
    click.echo(program)


@edge.command(name="join")
@click.argument("service")
@click.option("--token", required=True, help="What `matinee edge invite` printed.")
@click.option("--url", default="", help="Where viewers will reach this host.")
@click.option("--listen", default="", help="HOST:PORT to listen on; default: the port of the URL.")
@click.option("--certificate", type=_file, help="Chain in PEM that browsers accept.")
@click.option("--certificate-key", type=_file, help="Its private key.")
@click.option("--authority", type=_file, help="Who signed the service's own certificate, in PEM.")
@click.option("--run/--no-run", "runs", default=True, help="Begin to serve at once.")
def join_command(service: str, token: str, *, runs: bool, **said: Path | str | None) -> None:
    """Make this host an edge of the service at the address SERVICE, and begin to serve."""
    if (said["certificate"] is None) != (said["certificate_key"] is None):
        raise click.UsageError("--certificate and --certificate-key belong together.")
    chosen = settings.get()
    engines.prepare_folders(chosen)
    said["base_url"] = said.pop("url")
    wish = Wish(service.rstrip("/"), token, **said)  # type: ignore[arg-type]
    identity = join(edge_agent.folder_of(chosen), wish)
    click.echo(f"This host is the edge {identity.name} now; it listens on {identity.listen}.")
    if runs:
        # Another release that goes on with this process does not join once more.
        sys.argv[1:] = ["edge", "run"]
        sys.exit(edge_agent.run(chosen))
    click.echo("Start it with `matinee edge run`.")


@edge.command(name="run")
def run() -> None:
    """Serve as the edge that this host was made, until stopped."""
    sys.exit(edge_agent.run(settings.get()))


@edge.command(name="upgrade")
@click.option("--back", "is_back", is_flag=True, help="Return to the release before.")
def upgrade(*, is_back: bool) -> None:
    """Go over to this release while this edge serves, or back to the one before.

    This release lies in a folder of its own; MATINEE_HOME names the home folder of what runs.
    """
    edge_agent.look(settings.get())
    here = upgrading.Running(settings.get(), click.echo, edge_agent.unanswered)
    try:
        if is_back:
            click.echo(f"{here.go_back().checkout} serves again.")
            return
        here.go_over()
    except upgrading.UpgradeError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        "This release serves. Keep the folder of the one before until you are sure:"
        " `matinee edge upgrade --back` returns to it."
    )


@edge.command(name="agent", hidden=True)
def agent() -> None:
    """Be the agent beside nginx; `run` starts it."""
    edge_agent.run_agent(settings.get())


@edge.command(name="takedown")
@click.argument("slug")
@click.option("--reason", default="", help="Why, for whoever looks later.")
@click.option("--lift", is_flag=True, help="Let it be served again instead.")
def takedown(slug: str, reason: str, *, lift: bool) -> None:
    """Have every edge serve the title SLUG no more, and wait until they have obeyed."""
    operator = Operator()
    try:
        title = operator.ask(Title, "GET", f"/api/catalog/titles/{slug}")
        draft = TakedownDraft(title_id=title.id, reason=reason, lifted=lift)
        order = operator.ask(Takedown, "POST", _TAKEDOWNS, body=draft)
        end_s = clock.monotonic_s() + _OBEYED_S
        while order.obeyed < order.edges and clock.monotonic_s() < end_s:
            clock.pause(_LOOK_S)
            listed = operator.ask(TakedownList, "GET", _TAKEDOWNS).takedowns
            order = next((one for one in listed if one.asked_at == order.asked_at), order)
    finally:
        operator.close()
    click.echo(f"{order.obeyed} of {order.edges} edges have obeyed; the origin has.")
    if order.obeyed < order.edges:
        click.echo("The others will, as soon as they reach the service.")


def _checked(kind: type[D], told: dict[str, object]) -> D:
    """What was said on the command line, as the service takes it."""
    try:
        return kind.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = _SAID_AS.get(str(first["loc"][0]), str(first["loc"][0]))
        message = f"{first['input']!r} cannot be {field}: {first['msg']}."
        raise click.UsageError(message) from error
