"""Facts that services tell each other, delivered at least once and handled once.

A fact is announced in the transaction that made it true: a row in the service's
outbox. The relay hands it to one Celery task per subscriber; the subscriber
notes it in its inbox in the transaction of its effect, so a second delivery
does nothing. What fails for good lies in the dead letters, where a person can
look at it and replay it.
"""

from matinee.kernel.events.event import Event, announce, announce_alone, announce_written, ring
from matinee.kernel.events.hearing import hears, hears_many, subscribers

__all__ = [
    "Event",
    "announce",
    "announce_alone",
    "announce_written",
    "hears",
    "hears_many",
    "ring",
    "subscribers",
]
