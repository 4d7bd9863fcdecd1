"""What waits, what failed, what is away and what room is left, as `/metrics` tells it.

Each web process tells it of the services that it serves. Whatever does not answer within a moment
is left out, and told as away: figures never keep Prometheus waiting.
"""

import json
import logging
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import lru_cache
from typing import LiteralString

import psycopg
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from psycopg import sql
from redis import RedisError

from matinee.kernel import clock, databases, reliances, settings, stores
from matinee.kernel.errands_at_work import SENT_AT
from matinee.kernel.tasks import DEFAULT_QUEUE, ENCODE_QUEUE, EVENTS_QUEUE, list_of, waiting
from matinee.kernel.within import NoAnswerError, Within
from matinee.run import services

log = logging.getLogger(__name__)

Row = tuple[object, ...]
Told = Mapping[str, list[Row]]

_WITHIN_S = 2.0
_HEALTHS = ("up", "down", "unknown")
# Which service's process tells of those that have none of their own.
_BESIDE = {"catalog": services.WORKERS_ONLY}

# Ids sort by time: the outbox is read from its oldest end.
_FACTS: LiteralString = """
SELECT (SELECT count(*) FROM {outbox}),
       coalesce(
           (SELECT extract(epoch FROM now() - created_at) FROM {outbox} ORDER BY id LIMIT 1), 0),
       (SELECT count(*) FROM {letters} WHERE replayed_at IS NULL)
"""
_EDGES: LiteralString = """
SELECT health, count(*) FROM delivery_edgerecord WHERE NOT removed GROUP BY health
"""
_ENCODES: LiteralString = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(uploaded_at)), 0),
       (SELECT count(*) FROM encoding_step WHERE status = 'ready')
  FROM encoding_encode WHERE status = 'active'
"""


class Queues(Collector):
    """How many tasks wait in each queue, and how long the oldest has.

    Celery keeps them in lists, the oldest at the end.
    """

    def describe(self) -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
        """See `Collector`."""
        return (
            _gauge("tasks_waiting", "Tasks that no worker has taken yet", "queue"),
            _gauge("tasks_oldest_seconds", "How long the oldest task has waited", "queue"),
        )

    def collect(self) -> Iterator[Metric]:
        """See `Collector`."""
        count, oldest = self.describe()
        try:
            for queue in (EVENTS_QUEUE, DEFAULT_QUEUE, ENCODE_QUEUE):
                count.add_metric([queue], waiting(queue))
                oldest.add_metric([queue], _age_s(stores.connect().lindex(list_of(queue), -1)))
        except RedisError as error:
            log.warning("queues cannot be counted: %s", error)
        yield count
        yield oldest


def _age_s(message: object) -> float:
    """How long ago a task was sent; 0 where there is none, or it does not say."""
    if not isinstance(message, str):
        return 0.0
    try:
        sent_s = float(json.loads(message)["headers"][SENT_AT])
    except (ValueError, KeyError, TypeError):
        return 0.0
    return max(0.0, clock.unix_s() - sent_s)


class Reliances(Collector):
    """Whether services can rely upon their database, the store and the disk."""

    def describe(self) -> tuple[GaugeMetricFamily]:
        """See `Collector`."""
        says = "Whether a service can rely upon it"
        return (_gauge("reliance_ok", says, "service", "reliance"),)

    def collect(self) -> Iterator[Metric]:
        """See `Collector`."""
        (is_ok,) = self.describe()
        own = services.chosen()
        # At once: with an engine that hangs, each look takes all the time that it has.
        with ThreadPoolExecutor(len(own)) as threads:
            found = threads.map(lambda service: reliances.of(service).look(), own)
            for service, states in zip(own, found, strict=True):
                for name, state in states.items():
                    is_ok.add_metric([service, name], float(state == "ok"))
        yield is_ok


class Disk(Collector):
    """The room on the disk of the home folder."""

    def describe(self) -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
        """See `Collector`."""
        return (
            _gauge("disk_bytes", "Size of the home folder's disk"),
            _gauge("disk_free_bytes", "What is left of it"),
        )

    def collect(self) -> Iterator[Metric]:
        """See `Collector`."""
        size, free = self.describe()
        try:
            room = shutil.disk_usage(settings.get().home)
        except OSError as error:
            log.warning("the home folder cannot be looked at: %s", error)
        else:
            size.add_metric([], room.total)
            free.add_metric([], room.free)
        yield size
        yield free


class Records(Collector):
    """What services' own tables tell: facts on their way, dead letters, edges, encodes."""

    def describe(self) -> Iterator[Metric]:
        """See `Collector`."""
        return _figures({})

    def collect(self) -> Iterator[Metric]:
        """See `Collector`."""
        return _figures(_told())


def _figures(told: Told) -> Iterator[Metric]:
    yield from _facts(told)
    edges = _gauge("edges", "Edges, by how they are", "health")
    # Also those that none is: an alert looks for a nought.
    found = dict.fromkeys(_HEALTHS, 0.0) if "delivery_edges" in told else {}
    found |= {str(health): _number(count) for health, count in told.get("delivery_edges", [])}
    for health, count in found.items():
        edges.add_metric([health], count)
    yield edges
    yield from _encodes(told.get("encoding_encodes", []))


def _facts(told: Told) -> Iterator[Metric]:
    untold = _gauge("outbox_facts", "Facts that not every subscriber has heard", "service")
    oldest = _gauge("outbox_oldest_seconds", "How long the oldest of them has waited", "service")
    letters = _gauge("dead_letters", "What failed for good and nobody has replayed", "service")
    for name, rows in told.items():
        service, _, what = name.partition("_")
        for row in rows if what == "facts" else ():
            for figure, value in zip((untold, oldest, letters), row, strict=True):
                figure.add_metric([service], _number(value))
    yield from (untold, oldest, letters)


def _encodes(rows: list[Row]) -> Iterator[Metric]:
    active = _gauge("encodes_active", "Films that are encoded, or wait for it")
    oldest = _gauge("encodes_oldest_seconds", "How long ago the oldest of them came in")
    steps = _gauge("encode_steps_ready", "Pieces of their work that an encoder could take up")
    for row in rows:
        for figure, value in zip((active, oldest, steps), row, strict=True):
            figure.add_metric([], _number(value))
    yield from (active, oldest, steps)


def _gauge(name: str, says: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"matinee_{name}", says, labels=labels)


def _number(value: object) -> float:
    return float(str(value))


def _told() -> Told:
    """What the databases that this process tells of say, each asked once; none is waited for."""
    until_s = clock.monotonic_s() + _WITHIN_S
    questions = {name: _asked(name).begin() for name in _questions()}
    told: dict[str, list[Row]] = {}
    for name, question in questions.items():
        try:
            told[name] = question.answer(until_s - clock.monotonic_s())
        except (NoAnswerError, psycopg.Error) as error:
            log.warning("%s cannot be counted: %s", name, type(error).__name__)
    return told


@lru_cache
def _questions() -> dict[str, LiteralString]:
    """By the service that is asked, and for what."""
    own = services.chosen()
    told_of = [*own, *(other for one in own for other in _BESIDE.get(one, ()))]
    questions = {f"{service}_facts": _FACTS for service in told_of}
    if "delivery" in told_of:
        questions["delivery_edges"] = _EDGES
    if "encoding" in told_of:
        questions["encoding_encodes"] = _ENCODES
    return questions


@lru_cache
def _asked(name: str) -> Within[list[Row]]:
    service = name.partition("_")[0]
    statement = sql.SQL(_questions()[name]).format(
        outbox=sql.Identifier(f"{service}_outbox"), letters=sql.Identifier(f"{service}_deadletter")
    )

    def ask() -> list[Row]:
        with closing(databases.second_connection(service)) as link:
            return link.execute(statement).fetchall()

    return Within(ask)
