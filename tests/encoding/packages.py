"""Reads a published package as players do, and says what is wrong with it."""

import json
import re
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matinee.kernel import binaries

_MPD = {"m": "urn:mpeg:dash:schema:mpd:2011"}


@dataclass(frozen=True)
class Track:
    """A representation of the manifest with its segments' starts and durations in seconds."""

    kind: str
    language: str | None
    label: str | None
    attributes: dict[str, str]
    init: Path
    segments: list[tuple[float, float, Path]]


class Package:
    """A package in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Written by our own packager a moment ago.
        self.mpd = ET.parse(folder / "manifest.mpd").getroot()  # noqa: S314
        self.tracks = [
            track
            for group in self.mpd.findall(".//m:AdaptationSet", _MPD)
            for track in self._tracks(group)
        ]

    @property
    def duration_s(self) -> float:
        said = re.fullmatch(
            r"PT(?:(\d+)H)?(?:(\d+)M)?([\d.]+)S", self.mpd.attrib["mediaPresentationDuration"]
        )
        assert said
        return int(said[1] or 0) * 3600 + int(said[2] or 0) * 60 + float(said[3])

    def of(self, kind: str) -> list[Track]:
        return [track for track in self.tracks if track.kind == kind]

    def _tracks(self, group: "ET.Element") -> list[Track]:
        label = group.find("m:Label", _MPD)
        found = []
        for shown in group.findall("m:Representation", _MPD):
            template = shown.find("m:SegmentTemplate", _MPD)
            assert template is not None
            media, scale = template.attrib["media"], int(template.attrib["timescale"])
            segments, at, number = [], 0, int(template.attrib["startNumber"])
            for s in template.findall("m:SegmentTimeline/m:S", _MPD):
                at = int(s.attrib.get("t", at))
                for _ in range(int(s.attrib.get("r", 0)) + 1):
                    path = self.folder / media.replace("$Number$", str(number))
                    length = int(s.attrib["d"])
                    segments.append((at / scale, length / scale, path))
                    at, number = at + length, number + 1
            found.append(
                Track(
                    kind=group.attrib["contentType"],
                    language=group.attrib.get("lang"),
                    label=None if label is None else label.text,
                    attributes=group.attrib | shown.attrib,
                    init=self.folder / template.attrib["initialization"],
                    segments=segments,
                )
            )
        return found

    def playlists(self) -> dict[str, list[str]]:
        """Every HLS media playlist that the master names, with the files that it names."""
        master = (self.folder / "master.m3u8").read_text()
        names = re.findall(r'URI="([^"]+)"', master)
        names += [line for line in master.splitlines() if line and not line.startswith("#")]
        return {name: _named(self.folder / name) for name in names}

    def faults(self) -> list[str]:
        """What is missing, uneven or not relative."""
        wanted = {self.folder / name for names in self.playlists().values() for name in names}
        for track in self.tracks:
            wanted |= {track.init, *(path for _, _, path in track.segments)}
        missing = [f"{path} is missing" for path in wanted if not path.is_file()]
        uneven = []
        starts = [[start for start, _, _ in track.segments] for track in self.of("video")]
        if any(one != starts[0] for one in starts):
            uneven.append(f"segments of the rungs begin at different times: {starts}")
        absolute = [
            name
            for name in ("manifest.mpd", "master.m3u8", *self.playlists())
            if str(self.folder) in (self.folder / name).read_text()
        ]
        return missing + uneven + [f"{name} names its folder" for name in absolute]

    def joined(self, track: Track, to: Path) -> Path:
        """The track as one file."""
        parts = [track.init, *(path for _, _, path in track.segments)]
        to.write_bytes(b"".join(part.read_bytes() for part in parts))
        return to


def _named(playlist: Path) -> list[str]:
    text = playlist.read_text()
    maps = re.findall(r'EXT-X-MAP:URI="([^"]+)"', text)
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert "#EXT-X-ENDLIST" in text
    return maps + lines


def probe(path: Path, *what: str) -> dict[str, Any]:
    done = subprocess.run(
        [str(binaries.find("ffprobe")), "-v", "error", "-of", "json", *what, str(path)],
        capture_output=True,
        check=True,
        timeout=60,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def keyframes_s(path: Path) -> list[float]:
    """When the keyframes of a file are shown."""
    what = ("-select_streams", "v", "-show_entries", "packet=pts_time,flags")
    packets = probe(path, *what)["packets"]
    return [round(float(p["pts_time"]), 3) for p in packets if "K" in p["flags"]]


def frames(path: Path) -> int:
    what = ("-select_streams", "v", "-count_packets", "-show_entries", "stream=nb_read_packets")
    return int(probe(path, *what)["streams"][0]["nb_read_packets"])
