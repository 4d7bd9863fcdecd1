"""How much a browser must load before the first page and before the first picture.

Counts what `web/dist` holds, compressed as the edge sends it (gzip, level 6).
"""

import gzip
import re
from pathlib import Path

from bench.figures import ROOT, Figure

DIST = ROOT / "web" / "dist"
_KB = 1000


def _gzipped(paths: set[Path]) -> float:
    return sum(len(gzip.compress(path.read_bytes(), 6)) for path in paths) / _KB


def first_view(dist: Path) -> set[Path]:
    """The scripts that the page itself names: the entry and what it preloads."""
    page = (dist / "index.html").read_text()
    return {dist / name.lstrip("/") for name in re.findall(r'(?:src|href)="(/[^"]+\.js)"', page)}


def measure() -> list[Figure]:
    """Sizes in kB of compressed script and style; the web app must be built."""
    if not (DIST / "index.html").exists():
        message = "web/dist is not built; run bin/demo or `npm run build` in web/ first"
        raise SystemExit(message)
    scripts = first_view(DIST)
    player = {path for path in DIST.rglob("*.js") if "shaka" in path.name.lower()}
    styles = set(DIST.rglob("*.css"))
    return [
        Figure("JavaScript before the first view", _gzipped(scripts), "kB", "<= 150"),
        Figure("player, loaded only when wanted", _gzipped(player - scripts), "kB"),
        Figure("style sheets, all pages", _gzipped(styles), "kB"),
    ]
