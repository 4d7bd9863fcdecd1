"""What a file must be worth to be written to an edge's disk.

A byte that is written wears the disk and pushes another one out; a viewer's miss costs the origin
no more for being kept. So the price of writing is low while little was written, and rises fast
when it nears the budget for writing: a share of what the edge served, over the last days.
"""

WRITTEN_SHARE_MAX = 0.01
RECKONED_DAYS = 3
# Bytes of origin traffic that a byte written must save within a day, beyond what it displaces.
_PRICE = 0.3
_PRICE_MAX = 15.0
_DEARER_FROM = 0.5


def price(written_bytes: float, served_bytes: float) -> float:
    """What a byte written must save within a day, in bytes; from both sums of the last days."""
    budget = WRITTEN_SHARE_MAX * served_bytes
    if budget <= 0:
        return _PRICE
    used = written_bytes / (_DEARER_FROM * budget)
    return min(_PRICE_MAX, _PRICE * max(1.0, used**2))
