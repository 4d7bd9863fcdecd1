"""What is heard of encodes: in any order, twice, late, the same facts leave the same title."""

import random
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matinee.catalog import queries
from matinee.catalog.actions.films import film_arrive
from matinee.catalog.actions.titles import title_create
from matinee.catalog.models import Upload
from matinee.contracts.catalog import EncodeProgress, Title, TitleDraft
from matinee.kernel import clock, ids
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import Event
from tests.catalog.conftest import Asker, announced, ready, step, tell

pytestmark = pytest.mark.django_db(databases=["catalog"])


def progress_of(title_id: UUID) -> EncodeProgress:
    progress = queries.studio_title(title_id).progress
    assert progress is not None
    return progress


def film_comes(title_id: UUID) -> UUID:
    """A film of a title lies in the media store."""
    row = queries.row_of(title_id)
    upload = Upload(title=row, file_name="a.mkv", size_bytes=1, offset_bytes=1, state="stored")
    upload.source_key, upload.expires_at = f"sources/{upload.pk}/a.mkv", clock.now()
    upload.save()
    with transaction_of("catalog"):
        film_arrive(row, upload)
    return upload.pk


def test_the_first_package_publishes_the_title(owner: Asker, viewer: Asker) -> None:
    title = owner.make("Film")
    upload_id = film_comes(title.id)
    queued = progress_of(title.id)
    assert (queued.stage, queued.encode_id, queued.playable) == ("queued", upload_id, False)
    assert owner.title(title.id).status == "processing"
    encode_id = ids.uuid7()
    tell(step(title.id, encode_id, 1, stage="probing", fraction=0.01))
    assert not announced("title.changed")
    tell(ready(title.id, encode_id=encode_id, complete=False))
    shown = viewer.title(title.id)
    assert (shown.status, shown.duration_s, shown.height) == ("published", 30.5, 720)
    assert (shown.audio_languages, shown.subtitle_languages) == (["en"], ["de"])
    assert shown.play_title_id == title.id
    assert shown.published_at is not None
    told = announced("title.changed")[-1]
    assert told["package"] == f"packages/{encode_id}"
    moment = {"published_at"}  # told to the microsecond, shown to the millisecond
    assert Title.model_validate(told["title"]).model_dump(exclude=moment) == shown.model_dump(
        exclude=moment
    )
    assert told["storyboard"] == {"url": "storyboard.vtt", "interval_s": 2.0}
    progress = progress_of(title.id)
    assert (progress.stage, progress.playable) == ("probing", True)


def test_the_complete_package_replaces_the_quick_one_and_never_the_other_way(
    owner: Asker,
) -> None:
    title, encode_id = owner.make("Film"), ids.uuid7()
    quick = ready(title.id, encode_id=encode_id, complete=False, package="packages/quick")
    whole = ready(title.id, encode_id=encode_id, complete=True, package="packages/whole")
    tell(whole, quick)
    assert [body["package"] for body in announced("title.changed")] == ["packages/whole"]


def test_a_title_is_announced_with_the_key_of_its_package(owner: Asker) -> None:
    title, key_id = owner.make("Film"), ids.random_uuid()
    tell(ready(title.id, complete=False))
    tell(ready(title.id, key_id=key_id))
    assert [body["key_id"] for body in announced("title.changed")] == [None, str(key_id)]


def test_an_older_encode_never_replaces_a_newer_one(owner: Asker) -> None:
    title = owner.make("Film")
    old, new = ids.uuid7(), ids.uuid7()
    tell(ready(title.id, encode_id=new, complete=False, package="packages/new"))
    tell(ready(title.id, encode_id=old, complete=True, package="packages/old"))
    tell(step(title.id, new, 3), step(title.id, old, 99, stage="failed", error="Broken."))
    assert announced("title.changed")[-1]["package"] == "packages/new"
    assert progress_of(title.id).stage == "encoding"


def test_a_failure_is_told_and_takes_nothing_away(owner: Asker, viewer: Asker) -> None:
    title, encode_id = owner.make("Film"), ids.uuid7()
    film_comes(title.id)
    tell(step(title.id, encode_id, 1, stage="failed", error="The file is damaged."))
    assert owner.title(title.id).status == "failed"
    assert progress_of(title.id).error == "The file is damaged."
    film_comes(title.id)
    assert owner.title(title.id).status == "processing"
    assert progress_of(title.id).error is None
    tell(step(title.id, encode_id, 2, stage="failed", error="Late news of the old film."))
    assert owner.title(title.id).status == "processing"
    again = ids.uuid7()
    tell(ready(title.id, encode_id=again, complete=False))
    tell(step(title.id, again, 9, stage="failed", error="The disk is full."))
    assert viewer.title(title.id).status == "published"
    assert progress_of(title.id).error == "The disk is full."


def test_a_withdrawn_title_stays_withdrawn(owner: Asker, viewer: Asker) -> None:
    title = owner.make("Film")
    owner.ask("POST", f"studio/titles/{title.id}/withdraw")
    tell(ready(title.id))
    assert owner.title(title.id).status == "withdrawn"
    assert not announced("title.changed")
    owner.ask("POST", f"studio/titles/{title.id}/publish")
    assert viewer.title(title.id).status == "published"


def test_steps_are_not_announced_but_noted(owner: Asker) -> None:
    title, encode_id = owner.make("Film"), ids.uuid7()
    tell(ready(title.id, encode_id=encode_id))
    before = len(announced("title.changed"))
    tell(*(step(title.id, encode_id, n, fraction=n / 10) for n in range(1, 11)))
    assert progress_of(title.id).fraction == 1
    assert len(announced("title.changed")) == before


def test_announcements_never_run_backwards(owner: Asker) -> None:
    title = owner.make("Film")
    tell(ready(title.id))
    for name in "abcdef":
        owner.ask("PATCH", f"studio/titles/{title.id}", {"name": name})
        owner.ask("PATCH", f"studio/titles/{title.id}", {"name": name})
    moments = [body["occurred_at"] for body in announced("title.changed")]
    assert len(moments) == 7, "the same again is no change"
    assert moments == sorted(set(moments))


FACTS = st.lists(
    st.one_of(
        st.tuples(
            st.just("step"),
            st.integers(0, 2),
            st.integers(0, 4),
            st.sampled_from(["probing", "encoding", "done", "failed"]),
        ),
        st.tuples(st.just("ready"), st.integers(0, 2), st.booleans(), st.just("")),
    ),
    min_size=1,
    max_size=9,
    unique_by=lambda fact: fact[:3],
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(FACTS, st.randoms(use_true_random=False))
def test_the_order_of_facts_makes_no_difference(
    facts: list[tuple[str, int, int, str]], dice: random.Random
) -> None:
    encodes = [ids.uuid7() for _ in range(3)]
    ends = []
    for shuffled in (False, True):
        title = title_create(TitleDraft(name="Film"))
        told: list[Event] = [fact_as_event(fact, title.id, encodes) for fact in facts]
        if shuffled:
            told += dice.choices(told, k=3)
            dice.shuffle(told)
        tell(*told)
        row = queries.studio_title(title.id)
        state = row.model_dump(exclude={"updated_at"})
        for key in ("id", "slug", "play_title_id", "published_at"):
            state["title"].pop(key)
        package = queries.package_of(queries.row_of(title.id))
        ends.append((state, package and package.prefix))
    assert ends[0] == ends[1]


def fact_as_event(fact: tuple[str, int, int, str], title_id: UUID, encodes: list[UUID]) -> Event:
    kind, encode, number, stage = fact
    if kind == "ready":
        package = f"packages/{encode}-{number}"
        return ready(title_id, encode_id=encodes[encode], complete=bool(number), package=package)
    return step(title_id, encodes[encode], number, stage=stage, fraction=number / 10)
