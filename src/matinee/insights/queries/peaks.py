"""How many plays were under way at once."""

from matinee.contracts.figures import Line
from matinee.insights import columns
from matinee.insights.queries import relations
from matinee.insights.queries.relations import Only
from matinee.insights.rules.metrics import PEAK
from matinee.insights.rules.stretches import Cut

# Who comes at a moment counts before a look is taken at it, and who goes afterwards.
_SQL = """
WITH play AS (
    SELECT began_at, seen_at FROM {relation}
    WHERE began_at < $until AND seen_at >= $since {only}
), piece AS (
    SELECT unnest($numbers) AS n, unnest($begins) AS begins_at
), move AS (
    SELECT began_at AS moment, 1 AS change FROM play
    UNION ALL SELECT begins_at, 0 FROM piece
    UNION ALL SELECT seen_at, -1 FROM play
), level AS (
    SELECT moment, change,
        sum(change) OVER (ORDER BY moment, change DESC ROWS UNBOUNDED PRECEDING) AS plays
    FROM move
)
SELECT n, max(plays)::BIGINT FROM level ASOF JOIN piece ON level.moment >= piece.begins_at
WHERE change >= 0 AND moment < $until GROUP BY n
"""


def line(cut: Cut, only: Only) -> Line:
    """The most plays at one moment of each piece, and of all."""
    begins = [columns.naive(edge) for edge in cut.edges]
    values = {
        "since": begins[0],
        "until": begins[-1],
        "numbers": list(range(len(begins) - 1)),
        "begins": begins[:-1],
        **only.values(),
    }
    sql = _SQL.format(relation=relations.relation("line", cut), only=only.sql())
    with columns.connection() as own:
        told = dict(own.execute(sql, values).fetchall())
    most = [told.get(n, 0) for n in range(len(begins) - 1)]
    return Line(metric=PEAK.id, values=list(most), total=max(most))
