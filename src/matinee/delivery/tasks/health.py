"""Work of `delivery`: a round of health checks, again and again."""

from matinee.delivery import actions, probes, queries, settings
from matinee.kernel.tasks import app

_interval_s = settings.get().check_interval_s


@app.task(name="matinee.delivery.check_edges", time_limit=120, expires=_interval_s)
def check_edges() -> None:
    """Ask every edge how it is, note what has changed, and steer by it.

    Expires with the next round's start, so that a worker that was away does not
    catch up on rounds that nobody needs.
    """
    actions.edges_register()
    edges = queries.edges_all()
    answers_ms = probes.answers_ms(edges)
    actions.checks_record({edge.id: (edge.base_url, answers_ms[edge.id]) for edge in edges})
    actions.steering_publish()


SCHEDULE = {
    "delivery-check-edges": {
        "task": check_edges.name,
        "schedule": _interval_s,
        "options": {"expires": _interval_s},
    }
}
