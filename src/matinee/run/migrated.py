"""Remembers which migrations the machine's own PostgreSQL has, so that most starts skip the look.

The note lies among the server's own files: it comes and goes with the data that it speaks of.
"""

import hashlib
from pathlib import Path

from matinee.kernel.settings import Settings

_SERVICES = Path(__file__).parents[1]


def is_current(settings: Settings) -> bool:
    """Whether every migration of this release was applied; False where only a look can tell."""
    if settings.database_url:
        return False
    try:
        return _note(settings).read_text() == _fingerprint()
    except OSError:
        return False


def remember(settings: Settings) -> None:
    """All migrations of this release are applied."""
    if not settings.database_url and _note(settings).parent.is_dir():
        _note(settings).write_text(_fingerprint())


def _note(settings: Settings) -> Path:
    return settings.home / "postgres" / "matinee_migrations"


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(_SERVICES.glob("**/migrations/*.py")):
        digest.update(f"{path.relative_to(_SERVICES)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
