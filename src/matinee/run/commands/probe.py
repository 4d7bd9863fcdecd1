"""Whether something answers: what health checks of containers run, so it loads next to nothing."""

import sys
import urllib.error
import urllib.request

import click

_ANSWERS_WITHIN_S = 4.0


@click.command(name="probe")
@click.argument("url")
def probe(url: str) -> None:
    """Ask a URL; fail, and say why, unless it answers well."""
    if not url.startswith(("http://", "https://")):
        sys.exit(f"{url} is no address. Write it as http://HOST:PORT/PATH.")
    try:
        with urllib.request.urlopen(url, timeout=_ANSWERS_WITHIN_S):  # noqa: S310 - checked above
            pass
    except urllib.error.HTTPError as answer:
        with answer:
            sys.exit(f"{url} answers {answer.code}")
    except OSError as error:
        sys.exit(f"{url} does not answer: {error}")
