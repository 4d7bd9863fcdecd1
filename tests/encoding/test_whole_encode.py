"""A film from its upload to its package, through the real steps and tools."""

import pytest

from matinee.encoding import queries, room
from matinee.encoding.models import Step
from tests.encoding.conftest import clip, told, upload, work_until_idle

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_film_becomes_a_package() -> None:
    encode = upload(clip("bbb_480p_30s.mp4"))
    work_until_idle()
    for s in Step.objects.order_by("position"):
        print(s.name, s.status, s.cpu_s, s.wall_s, s.facts)
    heard = told()
    print(heard)
    assert heard.error == ""
    assert [ready.complete for ready in heard.ready] == [False, True]
    assert not queries.is_worked_on(encode.pk)
    for k in room.store().keys("packages"):
        print(k)
