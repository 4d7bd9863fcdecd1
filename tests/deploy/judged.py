"""What judges of images and manifests find that stays as it is, with its reason."""

import tomllib

from tests.tidy.house import ROOT

_KEPT = ROOT / "deploy" / "judged.toml"


def kept(judge: str) -> set[str]:
    """The rules of a judge that are broken on purpose."""
    entries = tomllib.loads(_KEPT.read_text())[judge]
    assert all(entry["why"] for entry in entries)
    return {entry["rule"] for entry in entries}
