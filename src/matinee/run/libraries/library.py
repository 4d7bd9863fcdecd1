"""What a library of somebody else's holds, as it is brought in here."""

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from matinee.catalog import rules
from matinee.contracts.catalog.sheets import SheetTitle

_PICTURES = "pictures"
_ENDING = re.compile(r"[^a-z0-9.]")


@dataclass
class Library:
    """Titles with their addresses, the pictures that they name, and the film of each.

    `remarks` are sentences about what was left out, and why.
    """

    titles: list[SheetTitle] = field(default_factory=list)
    pictures: dict[str, Path] = field(default_factory=dict)
    films: dict[str, Path] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    _slugs: set[str] = field(default_factory=set)

    def add(self, where: str, film: Path | None, pictures: dict[str, Path], **said: Any) -> str:
        """Take a title in; its address, or nothing where what is said of it cannot be kept.

        `where` is what people know it by, for the remark. Fields that say nothing are left out.
        """
        slug = self._free(rules.slug_from(said.get("slug") or said.get("name") or ""))
        fields = {name: value for name, value in said.items() if value not in (None, "", [], {})}
        try:
            title = SheetTitle.model_validate({**fields, "slug": slug, **self._named(pictures)})
        except ValidationError as error:
            wrong = error.errors()[0]
            place = ".".join(map(str, wrong["loc"]))
            self.remarks.append(f"{where} is left out: {place}: {wrong['msg']}.")
            return ""
        self._slugs.add(slug)
        self.titles.append(title)
        if film is not None:
            self.films[slug] = film
        return slug

    def pack(self, to: Path) -> None:
        """Write a ZIP of the sheet and its pictures."""
        said = [
            {"kind": one.kind, **one.model_dump(mode="json", exclude_unset=True)}
            for one in self.titles
        ]
        with zipfile.ZipFile(to, "w", allowZip64=True) as archive:
            archive.writestr("titles.json", json.dumps({"titles": said}, ensure_ascii=False))
            for name, path in self.pictures.items():
                archive.write(path, name)

    def _free(self, wanted: str) -> str:
        """The same for the same library in the same order, so that it can come in again."""
        number = 1
        while (slug := rules.numbered(wanted, number)) in self._slugs:
            number += 1
        return slug

    def _named(self, pictures: dict[str, Path]) -> dict[str, str]:
        named = {}
        for kind, path in pictures.items():
            ending = _ENDING.sub("", path.suffix.lower())
            name = f"{_PICTURES}/{len(self.pictures)}-{kind}{ending}"
            self.pictures[name] = path
            named[kind] = name
        return named


def first_file(candidates: Iterable[Path]) -> Path | None:
    """The first that is a file with something in it."""
    return next((path for path in candidates if path.is_file() and path.stat().st_size), None)


def cut(text: str, length_max: int) -> str:
    """At most so many characters: what others let people write may be longer than ours."""
    return text.strip()[:length_max].strip()


def labels(names: Iterable[str | None], count_max: int) -> list[str]:
    """Short names, each once, as many as a title may have."""
    return rules.unique_labels(_labels(names))[:count_max]


def _labels(names: Iterable[str | None]) -> Iterator[str]:
    for name in names:
        short = cut(name or "", 60)
        if short:
            yield short
