"""One edge beside the service's own, as a process: it joins at its first start, then serves."""

import importlib
import os
import shutil
import sys
from typing import NoReturn

from matinee.contracts.delivery import EdgeDraft, InvitationDraft
from matinee.delivery.agent.joining import Wish, join
from matinee.kernel import settings as shared_settings
from matinee.kernel.settings import Settings
from matinee.run import django_setup, edge_agent, engines
from matinee.run.edges_beside import Beside, beside

# It shares the disk with what it copies.
_DISK_BYTES = 5 * 10**9


def run(settings: Settings, number: int) -> NoReturn:
    """Become this edge; the first time, it joins the service before."""
    here = beside(settings, number)
    _join(settings, here)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MATINEE_")}
    env = {
        **kept,
        "MATINEE_HOME": str(here.home),
        "MATINEE_ENGINE_USER": settings.engine_user,
        "MATINEE_LOG_LEVEL": settings.log_level,
    }
    # A supervisor of its own from here on; what this process has loaded goes.
    os.execve(sys.executable, [sys.executable, "-m", "matinee.run.cli", "edge", "run"], env)  # noqa: S606


def _join(settings: Settings, here: Beside) -> None:
    own = Settings(home=here.home, secrets_folder=None)
    folder = edge_agent.folder_of(own)
    identity = folder.identity
    if identity is not None:
        if (identity.control_url, identity.base_url) == (settings.local_url, here.base_url):
            return
        # The service has moved to another port; what lies there is a copy.
        shutil.rmtree(here.home)
    engines.prepare_folders(own)
    django_setup.set_up()
    actions = importlib.import_module("matinee.delivery.actions")
    draft = InvitationDraft(id=here.name, base_url=here.base_url)
    join(folder, Wish(settings.local_url, actions.invitation_make(draft).token))
    actions.edge_put(EdgeDraft(id=here.name, base_url=here.base_url, disk_bytes=_DISK_BYTES))


if __name__ == "__main__":
    run(shared_settings.get(), int(sys.argv[1]))
