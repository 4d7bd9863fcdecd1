"""How many subscriptions are renewed a second, and in how much memory.

Subscriptions are put straight into PostgreSQL, all due at once, some with a coupon,
some whose price has changed; then the periodic work renews them: a period, an invoice with its
number and line, and the movements of the ledger for each. The gateway's time is not counted:
nobody collects here. Memory is this process's, after each tenth of the work.
"""

import os
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.figures import Figure
from bench.installation import installation

_SEED = """
WITH plan AS (
    INSERT INTO billing_plan (id, created_at, code, name, description, trial_days,
        streams_at_once, height_max, profiles, downloads, extra_members, has_ads, upgrades,
        downgrades, alignment, is_offered)
    VALUES (gen_random_uuid(), now(), 'bench', 'Bench', '', 0, 2, 1080, 5, 0, 0, false,
        'renewal', 'renewal', 'anniversary', true) RETURNING id),
price AS (
    INSERT INTO billing_planprice (id, created_at, plan_id, currency, interval, interval_count,
        amount_minor, is_offered)
    SELECT gen_random_uuid(), now(), id, 'EUR', 'month', 1, 999, true FROM plan
    RETURNING id, plan_id),
tax AS (
    INSERT INTO billing_taxrate (id, created_at, territory, name, percent, inclusive, valid_from)
    VALUES (gen_random_uuid(), now(), 'FR', 'TVA', 20, true, '2020-01-01')),
customer AS (
    INSERT INTO billing_customer (id, created_at, account_id, time_zone, territory, name, address,
        email, can_be_charged)
    SELECT gen_random_uuid(), now(), gen_random_uuid(), 'Europe/Paris', 'FR', '', '', '', true
    FROM generate_series(1, %(count)s) RETURNING id)
INSERT INTO billing_subscription (id, created_at, customer_id, plan_id, price_id, time_zone,
    started_at, activated_at, anchor_at, current_period_start, current_period_end, paid_until,
    end_reason, due_at)
SELECT gen_random_uuid(), now(), customer.id, price.plan_id, price.id, 'Europe/Paris',
    begun, begun, begun, due - interval '1 month', due, due, '', due
FROM customer, price, LATERAL (
    SELECT date_trunc('second', now() - interval '1 month' - random() * interval '1 day') AS begun,
        customer.id AS apart) AS starts,
    LATERAL (SELECT begun + interval '1 month' AS due) AS ends;
"""


def measure() -> list[Figure]:
    """Renew many at once; a tenth of them first, to see that it grows linearly.

    MATINEE_BENCH_RENEWALS is how many; 100,000 unless told otherwise.
    """
    count = int(os.environ.get("MATINEE_BENCH_RENEWALS", "100000"))
    rates = {}
    memory: list[float] = []
    for size in (count // 10, count):
        rates[size], memory = _in_a_process(size)
    small, large = rates[count // 10], rates[count]
    return [
        Figure(f"renewals of {count:,} subscriptions", large, "/s", ">= 500"),
        Figure("the same, of a tenth as many", small, "/s", ">= 500"),
        Figure("rate beside that of a tenth", large / small, "×", ">= 0.8"),
        Figure(
            "memory at the end beside that after a tenth", memory[-1] / memory[0], "×", "<= 1.1"
        ),
    ]


def _in_a_process(count: int) -> tuple[float, list[float]]:
    """Django is set up for one installation a process, so each run has its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_installed, count).result()


def _installed(count: int) -> tuple[float, list[float]]:
    with installation({}):
        return _renewed(count)


def _renewed(count: int) -> tuple[float, list[float]]:
    """How many a second of wall time, and the memory in MiB after each tenth."""
    from django.db import connections  # noqa: PLC0415 - only once the installation is there

    from matinee.billing.actions import subscriptions_roll  # noqa: PLC0415 - the same

    with connections["billing"].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(_SEED, {"count": count})
        cursor.execute("ANALYZE")
    memory: list[float] = []
    took_s = _timed(subscriptions_roll, count, memory)
    with connections["billing"].cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT number), sum(due_minor) FROM billing_invoice")
        numbered, due = cursor.fetchone()
        cursor.execute("SELECT sum(amount_minor) FROM billing_ledgertransfer")
        (booked,) = cursor.fetchone()
    if (numbered, due, booked) != (count, 999 * count, 999 * count):
        msg = f"{numbered} invoices over {due}, booked {booked}, of {count} renewals"
        raise AssertionError(msg)
    return count / took_s, memory


def _timed(roll: Callable[[], int], count: int, memory: list[float]) -> float:
    done, start = 0, time.perf_counter()
    while done < count:
        done += roll()
        if done * 10 >= count * (len(memory) + 1):
            memory.append(_resident_mib())
    return time.perf_counter() - start


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20
