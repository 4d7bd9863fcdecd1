"""The clips that benchmarks of films run on."""

import os
import subprocess
from pathlib import Path

from bench.figures import ROOT
from matinee.kernel import binaries

_MAKING_S = 600


def folder() -> Path:
    """The folder of clips: `MATINEE_BENCH_MEDIA`, or the one beside the checkout."""
    return Path(os.environ.get("MATINEE_BENCH_MEDIA") or ROOT.parent / "shared" / "media")


def clips() -> list[Path]:
    """Every film in the folder; ends the benchmark with a sentence where there is none."""
    found = sorted(p for p in folder().glob("*") if p.suffix in {".mp4", ".mkv", ".mov", ".webm"})
    if not found:
        raise SystemExit(f"no clips in {folder()}; name a folder in MATINEE_BENCH_MEDIA")
    return found


def minute(to: Path) -> Path:
    """A minute of 1080p at 30 pictures a second, with sound, put together from tall clips."""
    tall = [clip for clip in clips() if "1080p" in clip.name] or clips()
    inputs: list[str] = []
    graph = ""
    for number, clip in enumerate(tall):
        inputs += ["-i", str(clip)]
        scaled = "scale=1920:1080:flags=bicubic,setsar=1,format=yuv420p"
        graph += f"[{number}:v]setpts=N/30/TB,fps=30,{scaled}[v{number}];"
    graph += "".join(f"[v{n}]" for n in range(len(tall))) + f"concat=n={len(tall)}[once];"
    # Mirrored the second time, so that no encoder profits from having seen it.
    graph += "[once]split[a][b];[b]hflip[m];[a][m]concat=n=2,loop=-1:1800,trim=end_frame=1800[v]"
    sound = ["-f", "lavfi", "-i", "anoisesrc=color=pink:amplitude=0.1:duration=60"]
    codec = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "16", "-c:a", "aac"]
    maps = ["-filter_complex", graph, "-map", "[v]", "-map", f"{len(tall)}:a", "-t", "60"]
    command = [str(binaries.find("ffmpeg")), "-v", "error", "-nostdin", "-y"]
    subprocess.run(
        [*command, *inputs, *sound, *maps, *codec, str(to)], check=True, timeout=_MAKING_S
    )
    return to
