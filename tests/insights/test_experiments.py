"""Experiments over a real database: from the draft to what is known, and what ends them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from matinee.contracts.events import ProfileRemoved
from matinee.contracts.experiments import BUCKETS, ExperimentsChanged, ProfileExposed, Running
from matinee.contracts.experiments.studio import ExperimentReport
from matinee.insights import events, person, tasks
from matinee.insights.actions import exposures
from matinee.insights.models import Experiment, Exposure, Measured, Outbox
from matinee.insights.queries import experiments as queries
from matinee.kernel import clock, ids
from matinee.kernel.clients import Client
from matinee.kernel.people import Person
from matinee.kernel.problems import Conflict, Forbidden, NotFound, Unprocessable
from tests.insights.test_insights import client_of, progressed, started, tell

assert events  # registers what is heard

pytestmark = pytest.mark.django_db(databases=["insights"])

ROOT = "/api/insights/studio/experiments"
FILM = UUID(int=1)


@pytest.fixture
def publisher() -> Iterator[Client]:
    with client_of(None, "publisher") as client:
        yield client


def call(client: Client, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """What is answered below the experiments' address."""
    answer = client.send(method, f"{ROOT}{path}", **({} if body is None else {"json": body}))
    return answer.json() if answer.content else None


def draft(**change: Any) -> dict[str, Any]:
    usual = {"name": "As usual"}
    longer = {"name": "Longer pages", "settings": {"rows.rows_max": 30}}
    plan = {"name": "Page length", "layer": "rows", "outcome_hours": 24}
    return {**plan, "variants": [usual, longer], **change}


def made(client: Client, **change: Any) -> UUID:
    answer = call(client, "POST", "", draft(**change))
    return UUID(answer["id"])


def begun(client: Client, **change: Any) -> UUID:
    experiment_id = made(client, **change)
    call(client, "POST", f"/{experiment_id}/start")
    return experiment_id


def report_of(experiment_id: UUID) -> ExperimentReport:
    return queries.report(experiment_id)


def told() -> list[Running]:
    rows = Outbox.objects.filter(type=ExperimentsChanged.type).order_by("created_at", "id")
    return [ExperimentsChanged.model_validate(row.body).running for row in rows]


def shown(experiment_id: UUID, variant: str, profile_id: UUID | None = None) -> UUID:
    """A profile that was shown a variant just now."""
    profile_id = profile_id or ids.uuid7()
    tell(ProfileExposed(experiment_id=experiment_id, variant=variant, profile_id=profile_id))
    return profile_id


def watched(profile_id: UUID, watched_s: float, startup_s: float) -> None:
    """A play of the profile that began now, as its player told of it."""
    begun = started(ids.uuid7(), profile_id, FILM, clock.now())
    tell(begun)
    tell(progressed(begun, watched_s, clock.now()))
    Measured.objects.create(
        id=begun.session_id, startup_s=startup_s, played_s=watched_s, stalled_s=0.0
    )


def test_from_a_draft_to_what_is_known(publisher: Client) -> None:
    experiment_id = begun(publisher)
    own = told()[-1].experiments[0]
    assert (own.id, own.buckets) == (experiment_id, [(0, BUCKETS)])
    assert [one.settings for one in own.variants] == [{}, {"rows.rows_max": 30}]
    for watched_s, variant in ((3600, "a"), (7200, "b"), (0, "b")):
        profile_id = shown(experiment_id, variant)
        if watched_s:
            watched(profile_id, watched_s, startup_s=0.5)
    tasks.count_experiments()
    assert [one.counted for one in report_of(experiment_id).exposures] == [0, 0], "too early"
    with clock.shifted(timedelta(hours=25)):
        tasks.count_experiments()
        tasks.count_experiments()
    report = report_of(experiment_id)
    assert [(one.shown, one.counted) for one in report.exposures] == [(1, 1), (2, 2)]
    means = {(one.measure, one.variant): one.mean for one in report.estimates}
    assert means["watched_hours", "a"] == 1.0
    assert means["watched_hours", "b"] == 1.0
    assert means["active_days", "b"] == 0.5
    assert means["startup_s", "b"] == 0.5, "who did not play says nothing of starts"
    assert {one.reading for one in report.estimates} == {"too_few"}
    assert len(report.looks) == 1


def test_plays_before_and_after_the_time_do_not_count(publisher: Client) -> None:
    experiment_id = begun(publisher)
    profile_id = ids.uuid7()
    watched(profile_id, 3600, 0.5)
    with clock.shifted(timedelta(minutes=1)):
        shown(experiment_id, "b", profile_id)
    with clock.shifted(timedelta(hours=24, minutes=2)):
        watched(profile_id, 3600, 0.5)
        shown(experiment_id, "b", profile_id)  # told again: the first time counts
    with clock.shifted(timedelta(hours=26)):
        tasks.count_experiments()
    report = report_of(experiment_id)
    assert report.exposures[1].counted == 1
    means = {(one.measure, one.variant): one.mean for one in report.estimates}
    assert means["plays", "b"] == 0.0


def test_a_variant_that_starts_late_is_stopped_within_hours(publisher: Client) -> None:
    slow = {"name": "Slower", "settings": {"player.first_share": 0.8}}
    late = {"name": "Like the first", "settings": {"player.first_share": 0.3}}
    variants = [{"name": "As usual"}, slow, late]
    experiment_id = begun(publisher, layer="player", variants=variants)
    for number in range(330):
        variant = "abc"[number % 3]
        startup_s = 0.5 + 0.01 * (number % 7) + (1.5 if variant == "b" else 0.0)
        watched(shown(experiment_id, variant), 600, startup_s)
    with clock.shifted(timedelta(hours=2)):
        tasks.count_experiments()
    experiment = report_of(experiment_id).experiment
    assert experiment.state == "running"
    usual, slower, like = experiment.variants
    assert usual.stopped_at is None
    assert like.stopped_at is None
    assert slower.stopped_at is not None
    assert slower.stopped_why.startswith("Start-up is worse by 1.")
    assert [one.is_stopped for one in told()[-1].experiments[0].variants] == [False, True, False]
    with clock.shifted(timedelta(hours=3)):
        shown(experiment_id, "b")
    assert report_of(experiment_id).exposures[1].shown == 110, "it is shown no more"
    with clock.shifted(timedelta(hours=27)):
        tasks.count_experiments()
    counted = [one.counted for one in report_of(experiment_id).exposures]
    assert counted == [110, 0, 110], "what came after the stop says nothing of it"


def test_the_last_stopped_variant_ends_the_experiment(publisher: Client) -> None:
    experiment_id = begun(publisher)
    shown(experiment_id, "a")
    call(publisher, "POST", f"/{experiment_id}/variants/b/stop")
    report = report_of(experiment_id)
    assert report.experiment.state == "ended"
    assert report.experiment.variants[1].stopped_why == "Somebody stopped it."
    assert told()[-1] == Running()
    assert not Exposure.objects.exists(), "of profiles nothing stays"
    assert [one.shown for one in report.exposures] == [1, 0]
    shown(experiment_id, "a")
    assert not Exposure.objects.exists(), "nobody is noted after the end"


def test_a_layer_holds_no_more_than_all_profiles(publisher: Client) -> None:
    first = begun(publisher, share=0.6)
    second = made(publisher, share=0.5)
    with pytest.raises(Conflict, match=r"40\.0% of the profiles are free"):
        call(publisher, "POST", f"/{second}/start")
    beside = begun(publisher, share=0.4)
    other_layer = {"name": "Fresh", "settings": {"ranking.fresh_share": 0.5}}
    begun(publisher, layer="ranking", variants=[{"name": "As usual"}, other_layer])
    call(publisher, "POST", f"/{first}/end")
    call(publisher, "POST", f"/{second}/start")
    ranges = [own.buckets for own in told()[-1].experiments if own.layer == "rows"]
    assert sorted(ranges) == [[(0, 5_000)], [(6_000, 10_000)]]
    assert {one.id for one in told()[-1].experiments} >= {second, beside}


def test_only_a_draft_is_changed_and_only_what_does_not_go_on_removed(publisher: Client) -> None:
    experiment_id = made(publisher)
    answer = call(publisher, "PUT", f"/{experiment_id}", draft(name="Another name"))
    assert answer["name"] == "Another name"
    call(publisher, "POST", f"/{experiment_id}/start")
    with pytest.raises(Conflict, match="has begun"):
        call(publisher, "PUT", f"/{experiment_id}", draft())
    with pytest.raises(Conflict, match="End it first"):
        call(publisher, "DELETE", f"/{experiment_id}")
    with pytest.raises(NotFound):
        call(publisher, "POST", f"/{experiment_id}/variants/a/stop")
    call(publisher, "POST", f"/{experiment_id}/end")
    with pytest.raises(Conflict, match="does not go on"):
        call(publisher, "POST", f"/{experiment_id}/end")
    call(publisher, "DELETE", f"/{experiment_id}")
    with pytest.raises(NotFound):
        call(publisher, "GET", f"/{experiment_id}")


def test_what_was_adopted_holds_for_everybody_until_it_is_dropped(publisher: Client) -> None:
    experiment_id = begun(publisher)
    with pytest.raises(Conflict, match="End the experiment"):
        call(publisher, "POST", f"/{experiment_id}/adopt", {"variant": "b"})
    call(publisher, "POST", f"/{experiment_id}/end")
    call(publisher, "POST", f"/{experiment_id}/adopt", {"variant": "b"})
    assert told()[-1].adopted == {"rows.rows_max": 30}
    assert call(publisher, "GET", "")["adopted"] == {"rows.rows_max": 30}
    call(publisher, "DELETE", "/adopted/rows.rows_max")
    assert told()[-1].adopted == {}
    with pytest.raises(NotFound):
        call(publisher, "DELETE", "/adopted/rows.rows_max")


def test_analysts_read_and_decide_nothing(publisher: Client) -> None:
    experiment_id = made(publisher)
    with client_of(None, "analyst") as analyst:
        assert len(call(analyst, "GET", "")["experiments"]) == 1
        assert len(call(analyst, "GET", "/tables")["measures"]) == 7
        with pytest.raises(Forbidden):
            call(analyst, "POST", f"/{experiment_id}/start")
    with pytest.raises(Unprocessable):
        call(publisher, "POST", "", draft(layer="player"))


def test_who_took_part_can_read_it_and_is_erased(publisher: Client) -> None:
    experiment_id = begun(publisher)
    mine, others = shown(experiment_id, "b"), shown(experiment_id, "a")
    who = Person(account_id=ids.uuid7(), profile_ids=[mine])
    rows = next(one.rows for one in person.gather(who).sheets if one.name == "experiments")
    assert [row["variant"] for row in rows] == ["b"]
    person.erase(who)
    assert [row.profile_id for row in Exposure.objects.all()] == [others]
    shown(experiment_id, "b", mine)
    assert Exposure.objects.count() == 1, "late news of somebody who is gone"
    tell(ProfileRemoved(account_id=ids.uuid7(), profile_id=others))
    assert not Exposure.objects.exists()


def test_what_a_killed_worker_had_begun_to_count_is_counted_once(
    publisher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment_id = begun(publisher)
    watched(shown(experiment_id, "b"), 3600, 0.5)
    tally = exposures._tally

    def dies(*of: Any) -> None:
        tally(*of)
        raise KeyboardInterrupt

    with clock.shifted(timedelta(hours=25)):
        with monkeypatch.context() as patched:
            patched.setattr(exposures, "_tally", dies)
            with pytest.raises(KeyboardInterrupt):
                tasks.count_experiments()
        tasks.count_experiments()
        tasks.count_experiments()
    assert report_of(experiment_id).exposures[1].counted == 1
    assert Experiment.objects.get().state == "running"
