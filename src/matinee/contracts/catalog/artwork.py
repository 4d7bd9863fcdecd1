"""How a title's pictures are chosen and cut."""

from typing import Annotated

from pydantic import Field, model_validator

from matinee.contracts.identity import Language
from matinee.contracts.message import Message, Request

_Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class ArtworkLanguage(Request):
    """For whom a picture is."""

    language: Annotated[Language, Field(max_length=35)] | None = Field(
        default=None, description="BCP 47 tag of those who see it; None for everybody else"
    )
    proposed: bool = Field(
        default=False, description="Viewers see it once somebody has approved it, not at once"
    )


class ArtworkWish(ArtworkLanguage):
    """For whom a picture is, and around which point it is cut.

    A point is given by both its fractions, from the left and from the top; without one the picture
    is cut around what draws the eye.
    """

    focus_x: _Fraction | None = None
    focus_y: _Fraction | None = None

    @model_validator(mode="after")
    def _whole_point(self) -> "ArtworkWish":
        if (self.focus_x is None) != (self.focus_y is None):
            msg = "a point needs focus_x and focus_y; give both or neither"
            raise ValueError(msg)
        return self


class ArtworkCut(ArtworkWish):
    """Which picture is cut."""

    still: Annotated[int, Field(ge=1, le=100)] | None = Field(
        default=None, description="The number of a scene of the film; None for what is shown now"
    )


class Still(Message):
    """A scene that was put aside of a title's film."""

    number: int = Field(description="From 1")
    url: str = Field(description="Origin-relative")
