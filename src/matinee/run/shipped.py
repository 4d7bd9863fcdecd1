"""The one password that comes with Matinee: the demo's, which everybody knows."""

from pathlib import Path

from matinee.kernel import secret_files
from matinee.kernel.settings import Settings
from matinee.run.spawning import CannotStartError

PASSWORD = "popcorn-and-velvet"  # noqa: S105 - printed, and meant to be known


def demo_password(settings: Settings) -> str:
    """The shipped one where only this machine comes in; elsewhere made up once and kept.

    CannotStartError where others come in and the demo was made with the shipped one.
    """
    refuse_exposed(settings)
    if settings.is_exposed:
        return secret_files.read_or_make(kept(settings))
    return secret_files.read_or_make(kept(settings), lambda: PASSWORD)


def refuse_exposed(settings: Settings) -> None:
    """CannotStartError where others come in and the demo's owner has the shipped password."""
    file = kept(settings)
    if settings.is_exposed and file.is_file() and file.read_text().strip() == PASSWORD:
        raise CannotStartError(
            f"{settings.url} can be reached by others, and the demo's owner in {settings.home} has "
            "the password that everybody knows. Begin with an empty MATINEE_HOME; or sign in on "
            f"127.0.0.1, change the password of both demo accounts, and remove {file}."
        )


def kept(settings: Settings) -> Path:
    """Where the demo's password lies."""
    return settings.secrets / "demo_password"
