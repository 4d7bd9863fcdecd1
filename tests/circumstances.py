"""What surrounds the tests: the moment, their order, and what is drawn for them.

A pytest plugin. Each is the same in every run, so that a run that fails says something about the
code; each can be turned, so that what depends on it is found on purpose (decision 0039).

`--at 2028-02-29T23:59:50` lets each test begin at that moment (UTC) by the kernel's clock. nginx,
PostgreSQL and whatever else runs outside of this process keep the true time.
`--shuffle 7` puts modules, and the tests of each, in another order.
`--hypothesis-profile anew` draws other examples than those of every run.
"""

import gc
import random
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings

from matinee.kernel import clock

# How long an example takes says nothing where other programs compute beside it.
_UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", _UNHURRIED, derandomize=True, database=None)
settings.register_profile("anew", _UNHURRIED, derandomize=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Those of the head of this file."""
    group = parser.getgroup("circumstances")
    group.addoption("--at", type=_moment, metavar="MOMENT", help="when each test begins, in UTC")
    group.addoption("--shuffle", type=int, metavar="SEED", help="run tests in another order")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Before any test is read, since a test's own settings build upon the profile of that time."""
    settings.load_profile("same")
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is read then stays: to look through it for what may go takes seconds each time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    """Let what modules make when they are read be of that moment too."""
    moment: datetime | None = config.getoption("at")
    if moment is not None:
        turned = ExitStack()
        turned.enter_context(clock.shifted(moment - clock.now()))
        config.add_cleanup(turned.close)


@pytest.fixture(autouse=True)
def _at_the_moment(request: pytest.FixtureRequest) -> Iterator[None]:
    moment: datetime | None = request.config.getoption("at")
    if moment is None:
        yield
        return
    with clock.shifted(moment - clock.now()):
        yield


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Iterator[None]:
    """Before pytest-django's own order, which keeps tests that empty tables last."""
    seed: int | None = config.getoption("shuffle")
    if seed is not None:
        _shuffle(items, random.Random(seed))  # noqa: S311 - an order, no secret
    return (yield)


def _shuffle(items: list[pytest.Item], dice: random.Random) -> None:
    """Modules stay whole, as what one of them starts is started once."""
    modules: dict[object, list[pytest.Item]] = {}
    for item in items:
        modules.setdefault(item.path, []).append(item)
    order = list(modules.values())
    dice.shuffle(order)
    for tests in order:
        dice.shuffle(tests)
    items[:] = [item for tests in order for item in tests]
