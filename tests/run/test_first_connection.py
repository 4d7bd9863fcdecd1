"""What is told of a database server that does not take the password, and of one that ends."""

from urllib.parse import quote

import psycopg
import pytest
from django.db import OperationalError, connections

from matinee.kernel import clock, databases, settings
from matinee.kernel.settings import Settings
from matinee.run import explanations, migrations

pytestmark = pytest.mark.engines


@pytest.fixture
def _other_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings with a password that the server's files were not made with."""
    ours = settings.get()
    server = quote(str(ours.run_folder / "postgres"), safe="")
    made = Settings(home=ours.home, database_url=f"postgresql://matinee:amiss@{server}")
    monkeypatch.setattr(settings, "get", lambda: made)


@pytest.mark.usefixtures("_other_password")
def test_nobody_waits_for_a_server_that_does_not_take_the_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "pause", lambda _: pytest.fail("it waits"))
    with pytest.raises(psycopg.OperationalError) as refused:
        migrations._make_databases()
    told = explanations.explain(refused.value)
    assert told is not None
    assert "password authentication failed" in told
    assert "MATINEE_DATABASE_URL" in told
    assert "amiss" not in told


@pytest.mark.django_db(databases=["viewing"])
def test_a_server_that_ends_a_connection_is_not_taken_for_one_that_refuses_it() -> None:
    own = connections["viewing"].copy()
    own.ensure_connection()
    try:
        with own.cursor() as cursor, pytest.raises(OperationalError) as ended:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    finally:
        own.close()
    assert not databases.takes_no_password(ended.value)
    assert "matinee up" in str(explanations.explain(ended.value))


def test_a_server_that_is_away_has_refused_nobody() -> None:
    with pytest.raises(psycopg.OperationalError) as away:
        psycopg.connect("postgresql://matinee:x@127.0.0.1:1/x")
    assert not databases.takes_no_password(away.value)
