"""Real packages with a key: who sees what, and where the key is not."""

import base64
import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest

from matinee.encoding import programs
from matinee.encoding.handover import handed_over
from matinee.encoding.programs import Bounds, ProgramError
from matinee.encoding.rules import encryption, packaging, windows
from matinee.encoding.rules.packaging import TrackFile, Tracks
from tests.encoding import vendor
from tests.encoding.packing import FRAMES, KEY, RATE, Packed, decoded, pack, text_of
from tests.encoding.test_keys import forms


def test_players_are_told_which_key_and_nobody_which_it_is(packed: Packed) -> None:
    manifest = text_of(packed.package, "manifest.mpd")
    protected = manifest.count("urn:mpeg:dash:mp4protection:2011")
    assert protected == manifest.count('value="cbcs"') == 5
    assert manifest.count(f'cenc:default_KID="{KEY.key_id}"') == protected
    # The W3C common box, by which Clear Key is told the key's id.
    assert manifest.count("urn:uuid:1077efec-c0b2-4d02-ace3-3c1e52e2fb4b") == protected
    for playlist in packed.package.folder.glob("video*.m3u8"):
        lead, locked = playlist.read_text().split("#EXT-X-KEY:")
        assert lead.count("/1.m4s") == lead.count(".m4s") > 0
        assert re.match(
            r'METHOD=SAMPLE-AES,URI="key",IV=0x[0-9a-f]{32},KEYFORMAT="identity"', locked
        )
    for path in packed.package.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert KEY.key not in content
        for form in forms(KEY.key):
            assert form.encode() not in content, path


def test_the_key_is_in_no_process_list_and_on_no_disk(packed: Packed) -> None:
    seen = "\n".join(packed.command_lines)
    assert "--protection_scheme cbcs" in seen
    for form in forms(KEY.key):
        assert form not in seen
    assert not any(path.exists() for path in packed.flag_files)


@pytest.mark.parametrize("name", ["h264-1", "av1-1"])
def test_who_has_the_key_sees_every_frame_and_nobody_else_more_than_the_lead(
    packed: Packed, parts: Path, tmp_path: Path, name: str
) -> None:
    folder = f"video-{name}"
    track = next(one for one in packed.package.of("video") if one.init.parent.name == folder)
    joined = packed.package.joined(track, tmp_path / "joined.mp4")
    original = decoded(parts / f"{name}.mp4", None)
    assert len(original) == len(set(original)) == FRAMES
    assert decoded(joined, KEY) == original
    lead = 2 * windows.gop_frames(RATE)
    for nobody in (None, replace(KEY, key=bytes(16))):
        seen = set(decoded(joined, nobody)) & set(original)
        assert seen <= set(original[:lead])


def test_sound_is_locked_too(packed: Packed, tmp_path: Path) -> None:
    lead = 210  # more frames of sound than a segment has
    for track in packed.package.of("audio"):
        joined = packed.package.joined(track, tmp_path / "joined.mp4")
        heard, noise = decoded(joined, KEY)[lead:], decoded(joined, None)[lead:]
        assert heard
        assert not any(one == other for one, other in zip(heard, noise, strict=False))


def test_a_vendors_drm_systems_stand_in_the_manifests(parts: Path, tmp_path: Path) -> None:
    kid = str(KEY.key_id)
    boxes = (vendor.pssh("widevine", kid), vendor.pssh("playready", kid))
    uri = f"skd://vendor.example/{kid}"
    package = pack(
        parts, tmp_path / "package", replace(KEY, iv=vendor.IV, pssh=boxes, hls_key_uri=uri)
    ).package
    manifest = text_of(package, "manifest.mpd")
    for name, box in zip(("widevine", "playready"), boxes, strict=True):
        assert f"urn:uuid:{vendor.SYSTEMS[name]}" in manifest
        assert f"<cenc:pssh>{base64.b64encode(box).decode()}</cenc:pssh>" in manifest
    playlists = text_of(package, "video-h264-1.m3u8")
    assert f'URI="{uri}"' in playlists
    assert 'KEYFORMAT="com.apple.streamingkeydelivery"' in playlists
    assert 'KEYFORMAT="identity"' not in playlists
    assert f"IV=0x{vendor.IV.hex()}" in playlists


def test_a_failure_tells_no_key(
    parts: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    broken = Tracks([TrackFile(tmp_path / "broken.mp4", "video-1")], [], [])
    assert parts.is_dir()
    with (
        caplog.at_level(logging.DEBUG),
        handed_over(encryption.secret_flags(KEY)) as (flag_file, fill),
    ):
        lock = encryption.arguments(KEY, flag_file)
        told = packaging.arguments(tmp_path, broken, RATE, lock)
        with pytest.raises(ProgramError) as caught:
            programs.run("packager", told, Bounds(60), pulse=fill)
    for form in forms(KEY.key):
        assert form not in str(caught.value) + " ".join(caught.value.lines) + caplog.text
    assert not flag_file.exists()
