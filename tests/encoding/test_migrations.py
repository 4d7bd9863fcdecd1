"""A data folder of the release before: its encodes begin anew, and what plays goes on playing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from matinee.encoding import room
from matinee.encoding.models import Encode, Package, Step
from matinee.kernel import clock, ids
from tests.encoding.conftest import told, work_until_idle

pytestmark = pytest.mark.django_db(databases="__all__")


def migrate(to: str) -> Any:
    """Bring the tables of encoding to a migration; its models as they were then."""
    connection = connections["encoding"]
    with connection.cursor() as cursor:
        # All of a test is one transaction, where migrations have one each.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    executor = MigrationExecutor(connection)
    executor.migrate([("encoding", to)])
    return executor.loader.project_state([("encoding", to)]).apps


NEWEST = "0005_turns"


@pytest.fixture(params=["0001_initial", "0003_step_indexes"])
def old(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The models of a release before, with its tables."""
    (newest,) = MigrationExecutor(connections["encoding"]).loader.graph.leaf_nodes("encoding")
    assert newest[1] == NEWEST
    yield migrate(request.param)
    migrate(NEWEST)


def under_way(old: Any) -> Any:
    """An encode as a release before planned it, with a step done and one to do."""
    encodes = old.get_model("encoding", "Encode").objects.using("encoding")
    steps = old.get_model("encoding", "Step").objects.using("encoding")
    encode = encodes.create(
        title_id=ids.uuid7(),
        upload_id=ids.uuid7(),
        source_key="sources/old/source",
        file_name="old.mp4",
        uploaded_at=clock.now(),
        stage="encoding",
        fraction=0.4,
        plan={"rungs": ["of another shape"], "rounds": {"h264": [[{"name": "h264-1"}]]}},
    )
    known = {field.name for field in steps.model._meta.get_fields()}
    own = {"encode": encode, "position": 1, "rank": 0, "weight": 1.0}
    own |= {"queued_at": encode.uploaded_at} if "queued_at" in known else {}
    for name, status in (("check", "done"), ("rung-1080", "ready")):
        steps.create(name=name, status=status, **own)
    return encode


def test_an_unfinished_encode_of_a_release_before_begins_anew(old: Any, tiny: Path) -> None:
    before = under_way(old)
    packages = old.get_model("encoding", "Package").objects.using("encoding")
    name = f"{before.pk}-1"
    packages.create(encode=before, title_id=before.title_id, name=name, complete=False)
    room.store().put_file(tiny, before.source_key)
    migrate(NEWEST)
    work_until_idle()
    assert told().error == ""
    again = Encode.objects.exclude(pk=before.pk).get()
    assert (again.status, again.upload_id) == (Encode.Status.DONE, before.upload_id)
    ended = Encode.objects.get(pk=before.pk)
    assert (ended.status, ended.upload_id) == (Encode.Status.CANCELLED, None)
    assert Step.objects.get(name="rung-1080").status == Step.Status.DROPPED
    assert Package.objects.get(name=name).remove_at is not None, "replaced, as any other"
    assert Package.objects.get(remove_at=None).name == f"{again.pk}-2"
