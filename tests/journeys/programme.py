"""Many films for a running installation, at once: all is real about them but that they play.

Run in the installation's environment: `python -m tests.journeys.programme`.
"""

import itertools
import os
import subprocess
import sys

from matinee.contracts.catalog import Credit, TitleDraft
from matinee.contracts.events import RenditionInfo, RenditionReady
from matinee.kernel import ids
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.run.django_setup import set_up
from tests.journeys.service import Service
from tests.patience import PATIENCE_S
from tests.tidy.house import ROOT

DURATION_S = 120.0
GENRES = ("Noir", "Nature", "Comedy", "Science fiction", "Family")
_FIRST = ("Silent", "Northern", "Paper", "Copper", "Winter", "Hollow", "Golden", "Distant")
_SECOND = ("Harbour", "Garden", "Signal", "Orchard", "Railway", "Mirror", "Island", "Parade")
_DIRECTORS = ("Zoë Håkansson", "Amara Okafor", "Kenji Mori", "Lena Winter", "Tomás Rey")
_MOODS = ("melancholy", "hopeful", "tense", "playful")
# In scripts that other keyboards write, so that search meets them.
_ABROAD = (
    ("東京物語の夜", "ja"),
    ("Ночной поезд", "ru"),
    ("शहर की रोशनी", "hi"),
    ("قصر الرمال", "ar"),
)


def drafts() -> list[TitleDraft]:
    """68 films: of eight groups of eight, each in one genre of five, and four from abroad."""
    made = [
        TitleDraft(
            name=f"{first} {second}",
            tagline=f"A {GENRES[number % 5].lower()} of its own",
            description=f"What the {second.lower()} kept, the {first.lower()} night gave back.",
            year=1950 + number,
            genres=[GENRES[number % 5]],
            moods=[_MOODS[number % 4]],
            credits=[Credit(name=_DIRECTORS[number % 5], role="director")],
        )
        for number, (first, second) in enumerate(itertools.product(_FIRST, _SECOND))
    ]
    abroad = [
        TitleDraft(name=name, language=language, genres=["Drama"], year=2020)
        for name, language in _ABROAD
    ]
    return made + abroad


def stock(service: Service) -> None:
    """Put the films into an installation that runs on this machine."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.programme"],
        env={**service.env, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def main() -> None:
    """Make the titles, and tell of each that a package of it can be played."""
    set_up()
    # Models can be imported once Django is set up.
    from matinee.catalog.actions.titles import title_create  # noqa: PLC0415

    for draft in drafts():
        title = title_create(draft)
        ready = RenditionReady(
            encode_id=ids.uuid7(),
            title_id=title.id,
            package=f"packages/{title.id}",
            complete=True,
            duration_s=DURATION_S,
            renditions=[
                RenditionInfo(
                    codec="h264", width=854, height=480, frame_rate=30, bitrate_bps=900_000
                )
            ],
            audio=[],
            subtitles=[],
            storyboard=None,
            stills=[],
        )
        with transaction_of("encoding"):
            announce("encoding", ready)


if __name__ == "__main__":
    main()
