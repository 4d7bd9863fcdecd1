"""Where the files lie that come with Matinee and are no Python: the edge's and the web app's.

They stand in the checkout; an installation without one names its copy of them by
MATINEE_CHECKOUT, as the container image does.
"""

import os
from pathlib import Path

from matinee.run.spawning import CannotStartError


def root() -> Path:
    """The folder that holds `deploy` and `web`; CannotStartError if they are not there."""
    chosen = os.environ.get("MATINEE_CHECKOUT")
    found = Path(chosen).absolute() if chosen else Path(__file__).parents[3]
    if not (found / "deploy" / "edge").is_dir():
        msg = (
            f"{found} holds no deploy/edge. Run Matinee from its checkout (pip install -e), or set"
            " MATINEE_CHECKOUT to a folder with `deploy` and `web/dist` of this release."
        )
        raise CannotStartError(msg)
    return found


def edge_files() -> Path:
    """The edge's configuration template and script."""
    return root() / "deploy" / "edge"


def web_app() -> Path:
    """The built web app; it may be missing."""
    return root() / "web" / "dist"
