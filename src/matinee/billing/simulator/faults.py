"""How unreliable the simulator is told to be. What happens follows from the seed alone.

No draw depends on the order or the moment of requests, so that a year can be replayed.
"""

from hashlib import blake2b

from pydantic import BaseModel, ConfigDict, Field

_DRAW_BYTES = 6
_DRAWS = float(1 << 8 * _DRAW_BYTES)


class Faults(BaseModel):
    """Shares of what goes wrong, from 0 to 1. As it comes, nothing does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 0
    declined: float = Field(default=0.0, ge=0, le=1, description="Charges of cards that pay")
    processing: float = Field(default=0.0, ge=0, le=1, description="Charges decided a day later")
    disputed: float = Field(default=0.0, ge=0, le=1, description="Charges called a fraud later")
    lost_before: float = Field(default=0.0, ge=0, le=1, description="Requests not done, unanswered")
    lost_after: float = Field(default=0.0, ge=0, le=1, description="Requests done, unanswered")
    doubled: float = Field(default=0.0, ge=0, le=1, description="News that come twice")
    dropped: float = Field(default=0.0, ge=0, le=1, description="News that never come")
    late_s_max: int = Field(default=0, ge=0, le=7 * 86400, description="How late news may be")

    def draw(self, *of: object) -> float:
        """A number from 0 to 1 (exclusive) that belongs to `of`."""
        text = "\x1f".join(map(str, (self.seed, *of)))
        digest = blake2b(text.encode(), digest_size=_DRAW_BYTES).digest()
        return int.from_bytes(digest) / _DRAWS

    def hits(self, share: float, *of: object) -> bool:
        """Whether what happens in `share` of all cases happens to `of`."""
        return share > 0 and self.draw(*of) < share
