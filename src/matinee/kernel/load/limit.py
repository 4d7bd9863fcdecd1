"""How many requests a process answers at the same time without holding itself up.

Gradient2 of Netflix's `concurrency-limits` (Javed et al., "Performance Under Load", 2018): the
limit follows the ratio of the latency that there is without load to the latency that there is now,
and makes room for a queue of its square root. Two things differ. Operations differ a hundredfold in
what they take, so each worth is compared with itself. And the least of what was measured lately
stands for "without load", since a mean that only follows would take a long strain for the usual.
"""

import math

# Of a process that answers.
THREADS = 8
# Of a limit above the threads no share would ever bind, and pages that take long to make would have
# all of them, while a press of play stands in the line.
LEAST, MOST = 3.0, float(THREADS)
# Eight threads share one interpreter, so that a full process takes eight times as long for each
# request and does as much; and a page that is made takes several times what one does that was kept.
# Only what is slower than both together is held up by something behind the process.
TOLERANCE = 40.0
_SLOWEST_FALL = 0.5
_SMOOTHING = 0.5
_TOLD_FROM = 5


def gradient(latencies: list[tuple[int, float, float]]) -> float:
    """How the limit is to change, from 0.5 (halved) to 1.0 (kept).

    For each worth: how many were answered, their mean latency and its least mean of late. Those
    with too few answers to tell are left out.
    """
    told = [(n, mean, least) for n, mean, least in latencies if n >= _TOLD_FROM and least > 0]
    answered = sum(n for n, _, _ in told)
    if not answered:
        return 1.0
    slower = sum(n * mean / least for n, mean, least in told) / answered
    return max(_SLOWEST_FALL, min(1.0, TOLERANCE / slower))


def next_limit(limit: float, changes: float, most_at_once: int) -> float:
    """The limit after a while in which at most so many were answered at the same time."""
    if changes >= 1.0 and most_at_once < limit / 2:
        return limit  # nobody has shown that more would do
    wanted = limit * changes + math.sqrt(limit)
    smoothed = (1 - _SMOOTHING) * limit + _SMOOTHING * wanted
    return max(LEAST, min(MOST, smoothed))
