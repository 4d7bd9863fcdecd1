"""What the repository must not hold: registry hosts, machine paths, secrets, large files."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.tidy import house

# Spelled apart, so that this file does not find itself.
REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
    )
)
MACHINE_PATHS = ("/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/dev")
SECRET = re.compile(r"-----BEGIN (EC |RSA |OPENSSH )?PRIVATE KEY-----|AKIA[0-9A-Z]{16}")
BYTES_MAX = 1024 * 1024


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=house.ROOT, capture_output=True, text=True, check=True
    )
    return [house.ROOT / name for name in listed.stdout.split("\0") if name]


def findings(text: str) -> list[str]:
    found = [word for word in (*REGISTRY_HOSTS, *MACHINE_PATHS) if word in text]
    return found + [match.group() for match in SECRET.finditer(text)]


@pytest.mark.asvs("V13.3.1")
def test_no_host_path_or_secret_is_committed() -> None:
    bad = []
    for path in tracked():
        if path.is_file():
            text = path.read_text(errors="replace")
            bad += [f"{house.name_of(path)}: {word}" for word in findings(text)]
    assert not bad, "\n".join(bad)


def test_no_committed_file_is_large() -> None:
    sizes = {house.name_of(p): p.stat().st_size for p in tracked() if p.is_file()}
    assert not {name: size for name, size in sizes.items() if size > BYTES_MAX}


def test_a_violation_is_found() -> None:
    assert findings("https://" + REGISTRY_HOSTS[0] + "/simple")
    assert findings("cd " + MACHINE_PATHS[1] + "main")
    assert findings("-----BEGIN EC " + "PRIVATE KEY-----")
    assert not findings("an ordinary sentence")
