"""A release to go over to: this one in another folder, with one more column and other pages."""

import shutil
import subprocess
import sys
from pathlib import Path

from bench.figures import ROOT

_MAKING_S = 120
_MIGRATION = '''"""A column that the release before does not know."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("viewing", "{leaf}")]
    operations = [migrations.AddField("resumepoint", "{name}", models.TextField(null=True))]
'''


def make(folder: Path, name: str = "next") -> Path:
    """Make it in `folder`; its `matinee` command. `name` is in its pages and its new column."""
    for part in ("src", "deploy"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "web" / "dist", folder / "web" / "dist")
    page = folder / "web" / "dist" / "index.html"
    page.write_text(f"{page.read_text()}<!-- {name} -->\n")
    (folder / "web" / "dist" / "assets" / f"{name}.js").write_text(f"// {name}\n")
    migrations = folder / "src" / "matinee" / "viewing" / "migrations"
    leaf = max(path.stem for path in migrations.glob("0*.py"))
    text = _MIGRATION.format(leaf=leaf, name=name)
    (migrations / f"{int(leaf[:4]) + 1:04}_{name}.py").write_text(text)
    return _environment(folder)


def _environment(folder: Path) -> Path:
    """An environment with this one's packages, and the folder's own source before them."""
    made = folder / ".venv"
    command = [sys.executable, "-m", "venv", "--without-pip", str(made)]
    subprocess.run(command, check=True, timeout=_MAKING_S)
    here = Path(sys.executable).parent
    [packages] = (made / "lib").glob("python*/site-packages")
    [those] = (here.parent / "lib").glob("python*/site-packages")
    (packages / "release.pth").write_text(f"{folder / 'src'}\n{those}\n")
    _, _, rest = (here / "matinee").read_text().partition("\n")
    copy = made / "bin" / "matinee"
    copy.write_text(f"#!{made / 'bin' / 'python'}\n{rest}")
    copy.chmod(0o755)
    return copy
