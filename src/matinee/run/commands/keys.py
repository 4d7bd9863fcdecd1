"""Commands about the keys that tokens are signed with."""

from pathlib import Path

import click

from matinee.kernel import clock, settings
from matinee.kernel.edge_tokens import FillTokens, MediaTokens
from matinee.kernel.key_rings import SIGNS_AFTER, KeyRing, TooManyKeysError
from matinee.kernel.tokens import SERVICE_KEYS, AccessTokens, key_pairs
from matinee.run import edge
from matinee.run.spawning import CannotStartError


@click.group(name="keys")
def keys() -> None:
    """Change the keys that tokens of people, edges and services are signed with."""


@keys.command(name="list")
def keys_list() -> None:
    """Show which keys are accepted, by name. No key itself is ever shown."""
    secrets = settings.get().secrets
    now_s = clock.unix_s()
    for kind, ring in _rings(secrets).items():
        signing = ring.signing()
        for key in sorted(ring.keys(), key=lambda one: one.signs_from_s):
            state = "signs" if key == signing else "accepted"
            if key.signs_from_s > now_s:
                state = f"accepted, signs in {int(key.signs_from_s - now_s)} s"
            click.echo(f"{kind:<9} {key.kid:<8} {state}")


@keys.command(name="rotate")
@click.option(
    "--at-once",
    is_flag=True,
    help="A key was lost: accept no other from now on. Plays and pages ask anew.",
)
def keys_rotate(*, at_once: bool) -> None:
    """Make new keys. Edges hear of them within seconds, and plays go on undisturbed."""
    own = settings.get()
    try:
        for ring in _rings(own.secrets).values():
            ring.rotate(at_once=at_once)
        is_told = edge.reload(own)
    except (TooManyKeysError, CannotStartError) as error:
        raise click.ClickException(str(error)) from error
    if at_once:
        click.echo("New keys sign from now on, and nothing else is accepted.")
    else:
        click.echo(f"New keys are accepted, and sign in {int(SIGNS_AFTER.total_seconds())} s.")
    if not is_told:
        click.echo(
            "The edge of this machine does not run. If it runs on another one, run"
            " `matinee keys reload` there before new keys sign."
        )


def _rings(secrets: Path) -> dict[str, KeyRing]:
    services = sorted((secrets / SERVICE_KEYS).glob("*.json"))
    return {
        "access": AccessTokens(secrets).ring,
        "media": MediaTokens(secrets).ring,
        "fill": FillTokens(secrets).ring,
        **{path.stem: key_pairs(path) for path in services},
    }


@keys.command(name="reload")
def keys_reload() -> None:
    """Have this machine's own edge read the keys again."""
    try:
        if not edge.reload(settings.get()):
            raise click.ClickException("No edge runs here; it reads the keys when it starts.")
    except CannotStartError as error:
        raise click.ClickException(str(error)) from error
    click.echo("The edge accepts the keys that are accepted now.")
