"""What each figure means: in words, as a formula, and as SQL over lines, searches or rows.

The SQL stands beside the words, so that one is not changed without the other. It is an aggregate
of `line` (see `facts.LINE`), `search` or `row`; `{length_s}` is the length of the stretch of time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from matinee.contracts.figures import Metric, Side
from matinee.insights.rules import business

Source = Literal["line", "search", "row"]

_OF_PLAYS: Final[tuple[Side, ...]] = ("title", "territory", "device", "edge", "network")
_MINUTE_S, _HOUR_S = 60, 3600
# Shorter is a look inside, of which nobody expects that it is watched to the end.
_LOOK_S = 60
_TOLD = "told IS NOT NULL"


@dataclass(frozen=True)
class Definition:
    """A metric, how it is reckoned of what, and what it is of nothing."""

    metric: Metric
    source: Source
    sql: str
    empty: Literal[0] | None = None


def _of_plays(sql: str, **told: object) -> Definition:
    return _definition("line", sql, by=_OF_PLAYS, finest_s=_MINUTE_S, **told)


def _definition(source: Source, sql: str, **told: object) -> Definition:
    # A sum of nothing is nought; a share or a mean of nothing is no number.
    is_sum = told["unit"] in {"count", "per_second"} or told["id"] == "hours"
    metric = Metric.model_validate({"better": None, **told})
    return Definition(metric, source, sql, 0 if is_sum else None)


def _table(definitions: Iterable[Definition]) -> Mapping[str, Definition]:
    return MappingProxyType({one.metric.id: one for one in definitions})


_PLAYS = (
    _of_plays(
        "count(*)",
        id="plays",
        name="Plays",
        sentence="How often somebody pressed play and may watch, however short they stayed.",
        formula="Number of plays that began in the time.",
        unit="count",
        better="up",
    ),
    _of_plays(
        "count(DISTINCT coalesce(who, session))",
        id="viewers",
        name="Viewers",
        sentence="How many profiles watched something. A play that its viewer wanted forgotten "
        "counts as a viewer of its own.",
        formula="Number of different profiles among the plays that began in the time.",
        unit="count",
        better="up",
    ),
    _of_plays(
        f"sum(watched_s) / {_HOUR_S}",
        id="hours",
        name="Hours watched",
        sentence="Time spent watching, without pauses. A play counts where it began.",
        formula="Sum of the watched time of the plays that began in the time.",
        unit="hours",
        better="up",
    ),
    _of_plays(
        f"sum(watched_s) / {_HOUR_S} / nullif(count(DISTINCT coalesce(who, session)), 0)",
        id="hours_per_viewer",
        name="Hours per viewer",
        sentence="How long a profile that watched something watched in all.",
        formula="Hours watched ÷ viewers.",
        unit="hours",
        better="up",
    ),
    _of_plays(
        "count(*) / {length_s}",
        id="starts_per_second",
        name="Starts per second",
        sentence="How many plays began in a second, on average.",
        formula="Plays ÷ seconds of the time.",
        unit="per_second",
        better=None,
    ),
    _of_plays(
        f"avg(finished::DOUBLE) FILTER (watched_s >= {_LOOK_S} OR finished)",
        id="completion",
        name="Completion",
        sentence="The share of plays that came to the end. One of less than a minute is a look "
        "inside and does not count.",
        formula="Plays that came to the end ÷ plays of a minute or more, or to the end.",
        unit="share",
        better="up",
    ),
    _of_plays(
        "sum(least(reached_s, duration_s)) FILTER (duration_s > 0)"
        " / nullif(sum(duration_s) FILTER (duration_s > 0), 0)",
        id="watched_share",
        name="Reached",
        sentence="How far into titles plays came, on average; long titles weigh more.",
        formula="Sum of the furthest positions ÷ sum of the lengths of what was played.",
        unit="share",
        better="up",
    ),
)

_QUALITY = (
    _of_plays(
        "quantile_cont(startup_s, 0.5)",
        id="startup_median_s",
        name="Start-up, median",
        sentence="From pressing play to the first picture: half of the plays were as quick.",
        formula="Median of the time to first frame of plays whose picture came.",
        unit="seconds",
        better="down",
    ),
    _of_plays(
        "quantile_cont(startup_s, 0.95)",
        id="startup_p95_s",
        name="Start-up, slowest twentieth",
        sentence="From pressing play to the first picture: 19 of 20 plays were as quick.",
        formula="95th percentile of the time to first frame, interpolated.",
        unit="seconds",
        better="down",
    ),
    _of_plays(
        "sum(stalled_s) / nullif(sum(stalled_s + played_s), 0)",
        id="rebuffer_ratio",
        name="Rebuffer ratio",
        sentence="The share of the time in front of a picture in which it stood still.",
        formula="Stalled time ÷ (played time + stalled time), each summed over plays.",
        unit="share",
        better="down",
    ),
    _of_plays(
        f"sum(stalls) / nullif(sum(played_s) / {_HOUR_S}, 0)",
        id="stalls_per_hour",
        name="Stalls per hour",
        sentence="How often the picture stood still in an hour of watching.",
        formula="Stalls ÷ hours played.",
        unit="per_hour",
        better="down",
    ),
    _of_plays(
        "sum(bits) / nullif(sum(rated_s), 0)",
        id="bitrate_bps",
        name="Bitrate",
        sentence="The mean encoded bitrate of what was shown.",
        formula="Bits of what was shown ÷ seconds played of which the bitrate is known.",
        unit="bits_per_second",
        better="up",
    ),
    _of_plays(
        f"avg(failed::DOUBLE) FILTER ({_TOLD})",
        id="failed_share",
        name="Failed plays",
        sentence="The share of plays that ended with an error.",
        formula="Plays that ended with an error ÷ plays whose player told how it went.",
        unit="share",
        better="down",
    ),
    _of_plays(
        f"avg((startup_s IS NULL)::DOUBLE) FILTER ({_TOLD})",
        id="no_picture_share",
        name="Left before the picture",
        sentence="The share of plays that were left, or failed, before a picture came.",
        formula="Plays without a first frame ÷ plays whose player told how it went.",
        unit="share",
        better="down",
    ),
)


def _of_searches(sql: str, **told: object) -> Definition:
    return _definition("search", sql, by=("search",), finest_s=_MINUTE_S, **told)


_SEARCHES = (
    _of_searches(
        "count(*)",
        id="searches",
        name="Searches",
        sentence="How often somebody searched, and stayed to see what was found.",
        formula="Number of searches in the time; one that was typed on counts once.",
        unit="count",
        better=None,
    ),
    _of_searches(
        "count(*) FILTER (found = 0)",
        id="empty_searches",
        name="Searches without result",
        sentence="How often nothing was found.",
        formula="Number of searches that found no title.",
        unit="count",
        better="down",
    ),
    _of_searches(
        "avg((found = 0)::DOUBLE)",
        id="empty_search_share",
        name="Share without result",
        sentence="The share of searches that found nothing.",
        formula="Searches without result ÷ searches.",
        unit="share",
        better="down",
    ),
    _of_searches(
        "avg(taken::DOUBLE)",
        id="search_taken_share",
        name="Searches with a choice",
        sentence="The share of searches of whose results one was opened.",
        formula="Searches of which a title was opened ÷ searches.",
        unit="share",
        better="up",
    ),
)


def _of_rows(sql: str, **told: object) -> Definition:
    return _definition("row", sql, by=("row",), finest_s=_HOUR_S, **told)


_ROWS = (
    _of_rows(
        "sum(seen)",
        id="seen",
        name="Titles in view",
        sentence="How often a title was in view of somebody, once a day for each profile.",
        formula="Number of different titles in view, summed over profiles and days.",
        unit="count",
        better=None,
    ),
    _of_rows(
        "sum(taken)",
        id="taken",
        name="Titles taken",
        sentence="How often a title that had been in view was then watched in earnest.",
        formula="Number of titles in view of which a play of two minutes, or a quarter of a short "
        "film, followed within six hours.",
        unit="count",
        better="up",
    ),
    _of_rows(
        "sum(taken) / nullif(sum(seen), 0)",
        id="take_rate",
        name="Take rate",
        sentence="Of the titles that were in view, the share that was then watched.",
        formula="Titles taken ÷ titles in view.",
        unit="share",
        better="up",
    ),
)

PEAK: Final = Metric(
    id="peak_plays",
    name="Most at once",
    sentence="The greatest number of plays that were under way at one moment.",
    formula="Greatest number of plays that had begun and been heard of later, over all moments.",
    unit="count",
    better="up",
    by=[],
    finest_s=_MINUTE_S,
)

DEFINITIONS: Final = _table((*_PLAYS, *_QUALITY, *_SEARCHES, *_ROWS))

METRICS: Final[Mapping[str, Metric]] = MappingProxyType(
    {
        **{id_: one.metric for id_, one in DEFINITIONS.items()},
        PEAK.id: PEAK,
        **business.METRICS,
    }
)
