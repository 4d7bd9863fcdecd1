"""Packages the finished tracks once, for HLS and DASH, and publishes the folder."""

import logging
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any

from matinee.contracts.events import RenditionInfo
from matinee.contracts.playback import Storyboard, TrackInfo
from matinee.encoding import actions, keys, programs, queries, settings
from matinee.encoding.actions import Publication
from matinee.encoding.handover import handed_over
from matinee.encoding.programs import Bounds, Pulse
from matinee.encoding.room import store
from matinee.encoding.rules import encryption, packaging, plan
from matinee.encoding.rules.encryption import TitleKey
from matinee.encoding.rules.packaging import TrackFile, Tracks
from matinee.encoding.rules.source import Sound
from matinee.encoding.steps import joining
from matinee.encoding.steps.hands import Hands, patiently
from matinee.encoding.steps.joining import Joined
from matinee.encoding.steps.pictures import BOARD_PART
from matinee.kernel import clock
from matinee.kernel.problems import Unavailable

log = logging.getLogger(__name__)

PREFIX = "packages"
_PACKAGER_S_LEAST, _PACKAGER_S_PER_S = 120.0, 1.0
_STORYBOARD_VTT = "storyboard.vtt"
_KEY_PATIENCE_S, _KEY_PAUSE_S = 120.0, 2.0


def package(hands: Hands) -> None:
    """Make and publish the quick package or the full one; safe to repeat."""
    complete = hands.claim.name == plan.FULL_PACKAGE
    if not complete and queries.plays_whole(hands.claim.title_id, hands.claim.source_key):
        # Encoded again: nobody shall see the quick rungs where better ones play already.
        patiently(lambda: actions.step_finish(hands.claim, {"package": None}, hands.usage()))
        return
    name = f"{hands.claim.encode_id}-{plan.number_of(hands.claim.name)}"
    videos = joining.videos(hands, complete=complete)
    pictures = [TrackFile(path, f"video-{rung.name}") for rung, path in videos]
    tracks = Tracks(pictures, _sounds(hands), _texts(hands))
    key = _key(hands)
    _publish(hands, name, tracks, key)
    published = Publication(
        name=name,
        complete=complete,
        duration_s=hands.plan.duration_s,
        renditions=_renditions(hands, videos),
        audio=[TrackInfo(language=s.language, label=s.label) for s in _each_once(tracks.sounds)],
        subtitles=[TrackInfo(language=t.language, label=t.label) for t in tracks.texts],
        storyboard=_storyboard(hands),
        stills=hands.claim.facts[plan.FULL_STILLS if complete else plan.STILLS]["stills"],
        key_id=None if key is None else key.key_id,
    )
    kept_h = settings.get().superseded_kept_h
    patiently(lambda: actions.package_publish(hands.claim, published, hands.usage(), kept_h=kept_h))


def _key(hands: Hands) -> TitleKey | None:
    """The title's key, waited for while its provider is away; None where films are open."""
    provider = keys.provider()
    end_s = clock.monotonic_s() + _KEY_PATIENCE_S
    while provider is not None:
        try:
            return provider.key_of(hands.claim.title_id)
        except Unavailable as problem:
            if clock.monotonic_s() > end_s:
                raise
            log.warning("waiting for the key of %s: %s", hands.claim.title_id, problem.detail)
        hands.beat(0.0)
        clock.pause(_KEY_PAUSE_S)
    return None


def _publish(hands: Hands, name: str, tracks: Tracks, key: TitleKey | None) -> None:
    """Write the package and move it to where viewers find it."""
    with hands.room.draft_folder() as folder:
        _pack(hands, folder, tracks, key)
        shutil.copytree(hands.room.part(BOARD_PART), folder, dirs_exist_ok=True)
        _check_whole(folder)
        _open_to_readers(folder)
        hands.beat(plan.PUBLISHING_FROM)
        store().publish_folder(folder, f"{PREFIX}/{name}")


def _pack(hands: Hands, folder: Path, tracks: Tracks, key: TitleKey | None) -> None:
    bounds = Bounds(
        _PACKAGER_S_LEAST + _PACKAGER_S_PER_S * hands.plan.duration_s, file_bytes=1024**3
    )
    lock: list[str] = []
    fill: Pulse = programs.nothing
    with ExitStack() as until_packed:
        if key is not None:
            secret = encryption.secret_flags(key)
            flag_file, fill = until_packed.enter_context(handed_over(secret))
            lock = encryption.arguments(key, flag_file)

        def pulse() -> None:
            fill()
            hands.beat(0.1)

        told = packaging.arguments(folder, tracks, hands.plan.rate, lock)
        hands.count(programs.run("packager", told, bounds, pulse=pulse))


def _sounds(hands: Hands) -> list[TrackFile]:
    """Every variant of every track, the tracks in the source's order."""
    tracks = hands.source.sounds
    labels = packaging.unique_labels([track.label for track in tracks])
    return [
        TrackFile(
            hands.room.part(part["file"]),
            f"audio-{n}-{track.language.lower()}-{part['codec']}-{part['channels']}",
            track.language,
            labels[n],
            _role(n, track),
            codec=part["codec"],
            channels=part["channels"],
        )
        for n, track in enumerate(tracks)
        for part in hands.claim.facts[f"audio-{n}"]["parts"]
    ]


def _role(number: int, track: Sound) -> str:
    if track.description:
        return "description"
    if track.commentary:
        return "commentary"
    return "main" if number == 0 else "alternate"


def _each_once(sounds: Sequence[TrackFile]) -> list[TrackFile]:
    """One variant of each track: a viewer chooses among tracks, the player among variants."""
    return list({sound.label: sound for sound in sounds}.values())


def _texts(hands: Hands) -> list[TrackFile]:
    tracks: list[dict[str, Any]] = hands.claim.facts[plan.TEXT]["tracks"]
    labels = packaging.unique_labels([track["label"] for track in tracks])
    return [
        TrackFile(
            hands.room.part(track["file"]),
            f"text-{n}-{track['language'].lower()}",
            track["language"],
            labels[n],
            "subtitle",
            forced=track["forced"],
        )
        for n, track in enumerate(tracks)
    ]


def _renditions(hands: Hands, videos: Sequence[Joined]) -> list[RenditionInfo]:
    return [
        RenditionInfo(
            codec=rung.codec,
            dynamic_range=rung.dynamic_range,
            width=rung.width,
            height=rung.height,
            frame_rate=round(float(Fraction(rung.rate)), 3),
            bitrate_bps=round(path.stat().st_size * 8 / max(0.001, hands.plan.duration_s)),
        )
        for rung, path in videos
    ]


def _storyboard(hands: Hands) -> Storyboard:
    interval_s = hands.claim.facts[plan.STORYBOARD]["interval_s"]
    return Storyboard(url=_STORYBOARD_VTT, interval_s=interval_s)


def _check_whole(folder: Path) -> None:
    for name in (packaging.MANIFEST, packaging.MASTER):
        if not (folder / name).is_file():
            msg = f"Shaka Packager ended well but wrote no {name}"
            raise RuntimeError(msg)


def _open_to_readers(folder: Path) -> None:
    # The edge reads as another user; a draft folder may be nobody else's.
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
