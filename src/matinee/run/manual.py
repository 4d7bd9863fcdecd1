"""The settings as a page: every variable, what it means and what it is when left alone."""

import importlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from matinee.kernel.settings import Settings
from matinee.run import services
from matinee.run.scaling import settings as scaling

_HEAD = """# Settings

Every setting is an environment variable; none is needed on one machine. `matinee doctor` warns of a
variable that is misspelt. This page is written by `matinee settings --markdown`.
"""


def groups() -> Iterator[tuple[str, type[BaseSettings]]]:
    """The shared settings and each service's own, in a stable order."""
    yield "All services", Settings
    yield "How many copies run", scaling.Settings
    for service in services.ALL:
        name = f"matinee.{service}.settings"
        if importlib.util.find_spec(name) is not None:
            yield service, importlib.import_module(name).Settings


def variables(group: type[BaseSettings]) -> Iterator[tuple[str, FieldInfo]]:
    """The environment variables of a group with their fields."""
    prefix = str(group.model_config.get("env_prefix", "")).upper()
    for name, field in group.model_fields.items():
        yield prefix + name.upper(), field


def names() -> frozenset[str]:
    """Every variable that some setting reads."""
    return frozenset(name for _, group in groups() for name, _ in variables(group))


def markdown() -> str:
    """The page `docs/settings.md`."""
    parts = [_HEAD]
    for title, group in groups():
        rows = [
            f"| `{name}` | {field.description or ''} | {_default(field)} |"
            for name, field in variables(group)
        ]
        parts.append(f"## {title}\n\n| variable | meaning | default |\n|---|---|---|")
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=False)
    if value in ("", None):
        return "–"  # noqa: RUF001 - a dash stands for nothing in a table
    text = f"./{value}" if isinstance(value, Path) and not value.is_absolute() else str(value)
    return f"`{text}`"
