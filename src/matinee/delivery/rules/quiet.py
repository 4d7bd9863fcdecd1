"""When an edge may fill, and how much its store may take. Pure."""

from datetime import datetime

_DAY_HOURS = 24
_RESERVE_SHARE = 0.05
_STORE_SHARE = 0.9


def is_quiet(now: datetime, from_hour: int, hours: int) -> bool:
    """Whether `now` (UTC) lies in the quiet hours, which may run past midnight."""
    return (now.hour - from_hour) % _DAY_HOURS < hours


def room_bytes(budget_bytes: int, size_bytes: int, free_bytes: int, used_bytes: int) -> int:
    """How much more the store may take; negative: by how much it is too large.

    A twentieth of the disk stays free whatever the budget says, because a full disk stops
    nginx's log and its cache as well.
    """
    budget = budget_bytes or int(_STORE_SHARE * (free_bytes + used_bytes))
    spare = free_bytes - int(_RESERVE_SHARE * size_bytes)
    return min(budget - used_bytes, spare)
