"""All services are told again what accounts may watch: when asked, and once after an upgrade."""

import importlib
from datetime import timedelta
from uuid import UUID

import pytest
from click.testing import CliRunner

from matinee.billing import actions
from matinee.billing.actions import granting, telling
from matinee.billing.actions.retelling import (
    UPGRADED_WITHIN,
    retelling_go_on,
    retelling_wish,
)
from matinee.billing.models import Outbox, Retelling
from matinee.kernel import clock, ids, tasks
from matinee.kernel.money import Money
from matinee.run import cli, migrations
from tests.billing.money import pay

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Three that subscribe, one of which has bought a title; told in pages of two."""
    found = [ids.uuid7() for _ in range(3)]
    for account_id in found:
        actions.subscription_start_default(account_id)
    price = actions.title_price_set(ids.uuid7(), Money(399, "EUR"), None)
    pay(actions.title_order(found[0], price.id))
    for module in (telling, granting):
        monkeypatch.setattr(module, "AT_ONCE", 2)
    Outbox.objects.all().delete()
    return found


def told() -> list[tuple[str, str]]:
    """What was told since, and of which account; nobody hears the same of one twice at once."""
    rows = Outbox.objects.filter(type__in=["entitlement.changed", "title.granted"]).order_by("id")
    return [(row.type, row.body.get("entitlement", row.body)["account_id"]) for row in rows]


def go_on() -> int:
    """All that is due; how many pages."""
    pages = 0
    while retelling_go_on():
        pages += 1
    return pages


def test_all_is_told_once_page_by_page(accounts: list[UUID]) -> None:
    retelling_wish("asked")
    assert go_on() >= 3
    of = [("entitlement.changed", str(account_id)) for account_id in accounts]
    assert told() == [*of, ("title.granted", str(accounts[0]))]
    assert not Retelling.objects.exists()


def test_who_is_killed_goes_on_where_it_was(
    accounts: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    retelling_wish("asked")
    assert retelling_go_on() == 1
    with monkeypatch.context() as turned:
        turned.setattr(Retelling, "save", _killed)
        turned.setattr(Retelling, "delete", _killed)
        with pytest.raises(KeyboardInterrupt):
            retelling_go_on()
    assert len(told()) == 2, "what the killed one told was not told"
    go_on()
    assert [account for _, account in told()] == [*map(str, accounts), str(accounts[0])]


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_after_an_upgrade_it_waits_for_workers_of_before_to_be_gone(accounts: list[UUID]) -> None:
    retelling_wish("upgrade")
    assert go_on() == 0
    # Somebody who asks is told at once, and the upgrade's own is not forgotten for it.
    retelling_wish("asked")
    go_on()
    assert len(told()) == len(accounts) + 1
    with clock.shifted(UPGRADED_WITHIN + timedelta(seconds=1)):
        go_on()
        assert go_on() == 0
    assert len(told()) == 2 * (len(accounts) + 1)


def test_a_release_that_changes_records_has_all_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for step in ("_make_databases", "_apply"):
        monkeypatch.setattr(migrations, step, lambda *_: None)
    for outside in ("migrated.remember", "logs.set_up", "django.setup"):
        monkeypatch.setattr(f"matinee.run.migrations.{outside}", lambda *_, **__: None)
    migrations.migrate()
    assert not Retelling.objects.exists(), "nothing was behind"
    monkeypatch.setattr(migrations, "_is_behind", lambda service: service == "playback")
    with monkeypatch.context() as turned:
        turned.setattr(migrations, "_was_there", lambda _: False)
        migrations.migrate()
        assert not Retelling.objects.exists(), "nothing was there that anybody could keep"
    migrations.migrate()
    assert [row.why for row in Retelling.objects.all()] == ["upgrade"]


def test_an_operator_may_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(tasks, "send", lambda name, _arguments: sent.append(name))
    asked = CliRunner().invoke(cli.main, ["entitlements"])
    assert asked.exit_code == 0, asked.output
    importlib.import_module("matinee.billing.tasks")
    assert set(sent) <= set(tasks.app.tasks)
    assert len(sent) == 1
    assert [row.why for row in Retelling.objects.all()] == ["asked"]
