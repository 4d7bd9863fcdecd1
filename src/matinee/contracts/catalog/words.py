"""The words and small values that messages about titles are made of."""

from typing import Annotated, Literal

from pydantic import StringConstraints

TitleKind = Literal["film", "short", "series", "episode", "trailer", "extra", "collection"]
TitleStatus = Literal[
    "draft", "processing", "failed", "review", "scheduled", "published", "withdrawn"
]
CreditRole = Literal[
    "creator",
    "director",
    "writer",
    "producer",
    "cinematographer",
    "editor",
    "composer",
    "cast",
    "voice",
    "narrator",
    "host",
]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""An ISO 3166-1 alpha-2 code."""
