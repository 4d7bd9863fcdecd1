"""What is said of titles to whoever asks, and to whom it belongs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from matinee.contracts.catalog import Rights, Title


class Site(NamedTuple):
    """The service: its address without a slash at the end, its name, and where it is at home.

    `country` is an ISO 3166-1 alpha-2 code, or empty.
    """

    url: str
    name: str
    country: str = ""

    def page(self, slug: str) -> str:
        """The address of a title's page."""
        return f"{self.url}/title/{slug}"

    def picture(self, path: str | None) -> str | None:
        """The whole address of a picture."""
        return None if path is None else f"{self.url}{path}"


class Series(NamedTuple):
    """The series that an episode is of."""

    id: str
    slug: str
    name: str


@dataclass(frozen=True)
class Shared:
    """A title that the world may know of, and when what is said of it last changed."""

    title: Title
    changed_at: datetime
    series: Series | None = None

    @property
    def words(self) -> str:
        """What it is about, in a paragraph or a line; its name where nothing is said."""
        return self.title.description or self.title.tagline or self.title.name


def territories(rights: Rights) -> list[str]:
    """The countries of all windows, in order; none for everywhere."""
    if not rights or any(not one.territories for one in rights):
        return []
    return sorted({country for one in rights for country in one.territories})


def people(title: Title, *roles: str) -> list[str]:
    """Who had one of these roles, each once."""
    return list(dict.fromkeys(one.name for one in title.credits if one.role in roles))


def shortened(text: str, length_max: int) -> str:
    """At most so many characters, cut between words."""
    if len(text) <= length_max:
        return text
    cut = text[: length_max - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def iso_duration(seconds: float) -> str:
    """A duration in ISO 8601 (section 5.5.2.2), such as PT1H32M5S."""
    whole = max(0, round(seconds))
    minutes, s = divmod(whole, 60)
    h, m = divmod(minutes, 60)
    parts = ((h, "H"), (m, "M"), (s, "S"))
    said = "".join(f"{number}{unit}" for number, unit in parts if number)
    return f"PT{said or '0S'}"


def newest(shared: Iterable[Shared]) -> datetime | None:
    """When any of them last changed."""
    return max((one.changed_at for one in shared), default=None)
