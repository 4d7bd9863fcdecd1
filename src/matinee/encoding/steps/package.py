"""Packages the finished tracks once, for HLS and DASH, and publishes the folder."""

import shutil
from fractions import Fraction
from pathlib import Path

from matinee.contracts.events import RenditionInfo
from matinee.contracts.playback import Storyboard, TrackInfo
from matinee.encoding import actions, programs, settings
from matinee.encoding.actions import Publication
from matinee.encoding.programs import Bounds
from matinee.encoding.room import store
from matinee.encoding.rules import packaging, plan
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.packaging import TrackFile
from matinee.encoding.steps.hands import Hands, patiently
from matinee.encoding.steps.pictures import BOARD_PART

PREFIX = "packages"
_PACKAGER_S_LEAST, _PACKAGER_S_PER_S = 120.0, 1.0
_STORYBOARD_VTT = "storyboard.vtt"


def package(hands: Hands) -> None:
    """Make and publish the quick package or the full one; safe to repeat."""
    complete = hands.claim.name == plan.FULL_PACKAGE
    name = f"{hands.claim.encode_id}-{plan.number_of(hands.claim.name)}"
    key = f"{PREFIX}/{name}"
    sounds, texts = _sounds(hands), _texts(hands)
    duration_s = hands.plan.duration_s
    with hands.room.draft_folder() as folder:
        done = programs.run(
            "packager",
            packaging.arguments(folder, _videos(hands, complete=complete), sounds, texts),
            Bounds(_PACKAGER_S_LEAST + _PACKAGER_S_PER_S * duration_s, file_bytes=1024**3),
            pulse=lambda: hands.beat(0.1),
        )
        hands.count(done)
        shutil.copytree(hands.room.part(BOARD_PART), folder, dirs_exist_ok=True)
        _check_whole(folder)
        _open_to_readers(folder)
        hands.beat(plan.PUBLISHING_FROM)
        store().publish_folder(folder, key)
    published = Publication(
        name=name,
        complete=complete,
        duration_s=duration_s,
        renditions=_renditions(hands, complete=complete),
        audio=[TrackInfo(language=t.language, label=t.label) for t in sounds],
        subtitles=[TrackInfo(language=t.language, label=t.label) for t in texts],
        storyboard=_storyboard(hands),
        stills=hands.claim.facts[plan.STILLS]["stills"],
    )
    kept_h = settings.get().superseded_kept_h
    patiently(lambda: actions.package_publish(hands.claim, published, hands.usage(), kept_h=kept_h))


def _rungs(hands: Hands, *, complete: bool) -> dict[str, Rung]:
    if complete:
        return {f"rung-{rung.name}": rung for rung in hands.plan.rungs}
    return {plan.QUICK_RUNG: hands.plan.quick}


def _videos(hands: Hands, *, complete: bool) -> list[TrackFile]:
    return [
        TrackFile(hands.room.part(f"{step}.mp4"), f"video-{rung.name}")
        for step, rung in _rungs(hands, complete=complete).items()
    ]


def _sounds(hands: Hands) -> list[TrackFile]:
    tracks = hands.source.sounds
    labels = packaging.unique_labels([track.label for track in tracks])
    return [
        TrackFile(
            hands.room.part(hands.claim.facts[f"audio-{n}"]["parts"][0]["file"]),
            f"audio-{n}-{track.language.lower()}",
            track.language,
            labels[n],
            "commentary" if track.commentary else ("main" if n == 0 else "alternate"),
        )
        for n, track in enumerate(tracks)
    ]


def _texts(hands: Hands) -> list[TrackFile]:
    kept: list[int] = hands.claim.facts.get(plan.TEXT, {}).get("kept", [])
    tracks = hands.source.texts
    labels = packaging.unique_labels([tracks[n].label for n in kept])
    return [
        TrackFile(
            hands.room.part(f"text-{n}.vtt"),
            f"text-{n}-{tracks[n].language.lower()}",
            tracks[n].language,
            label,
            "subtitle",
            forced=tracks[n].forced,
        )
        for n, label in zip(kept, labels, strict=True)
    ]


def _renditions(hands: Hands, *, complete: bool) -> list[RenditionInfo]:
    found = []
    for step, rung in _rungs(hands, complete=complete).items():
        facts = hands.claim.facts[step]
        found.append(
            RenditionInfo(
                codec="h264",
                width=rung.width,
                height=rung.height,
                frame_rate=round(float(Fraction(rung.rate)), 3),
                bitrate_bps=round(facts["size_bytes"] * 8 / max(0.001, facts["duration_s"])),
            )
        )
    return found


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
