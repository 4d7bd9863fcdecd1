"""A large account's export and erasure, and whether anything of it can be read afterwards.

The account has 5 profiles, 10,000 rows of history in each service that keeps one, and 24
invoices. A backup is made before it is erased. Then everything is searched for the person: each
table of each database, the backup, Valkey's files, letters, logs. And what was sealed is taken
out of the backup and tried with the keys that are there afterwards.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from bench import ports
from bench.figures import Figure
from bench.start import MATINEE
from bench.viewing import until_well
from matinee.kernel import binaries, clock, ids
from matinee.kernel import settings as kernel_settings

EMAIL, PASSWORD = "grace.hopper.1906@example.org", "a compiler in 1952!"
PROFILES = ["Grace Murray", "Vincent Foster", "Walter Fletcher", "Mary Campbell", "Roger Frank"]
CUSTOMER = {
    "name": "Grace Brewster Hopper",
    "address": "4600 North Carlin Springs Road",
    "email": EMAIL,
}
PERSONAL = sorted({EMAIL, *PROFILES, *CUSTOMER.values()})
ROWS, INVOICES = 10_000, 24
_START_S, _STOP_S, _DONE_S, _POLL_S, _DUMP_S = 120.0, 60, 120.0, 0.05, 300
_FOLDERS = ("logs", "mail", "valkey", "audit")


def measure() -> list[Figure]:
    """Seconds from asking to having, and how often the person is found afterwards."""
    with _running() as (home, url), httpx.Client(base_url=f"{url}/api", timeout=30) as client:
        account_id = _signed_up(client)
        _fill(account_id, _profiles(client))
        export_s, size_bytes = _export(client)
        backup = _backed_up(home)
        sealed = _sealed(account_id)
        _check_searches(backup, account_id, sealed)
        erasure_s = _erase(client)
        found = list(_found(home, backup))
        opened = sum(_opens(*each) for each in sealed)
    for where in found:
        print(f"found: {where}")
    return [
        Figure("export: 5 profiles, 10,000 rows of history, 24 invoices", export_s, "s", "<= 10"),
        Figure("the copy", size_bytes / 2**20, "MiB"),
        Figure("erasure, until every service has proved it", erasure_s, "s", "<= 5"),
        Figure("names and addresses found afterwards, backup included", len(found), "", "<= 0"),
        Figure("sealed texts of the backup that open afterwards", opened, "", "<= 0"),
    ]


@contextlib.contextmanager
def _running() -> Iterator[tuple[Path, str]]:
    with tempfile.TemporaryDirectory(prefix="matinee-bench-", ignore_cleanup_errors=True) as name:
        home, url = Path(name), f"http://127.0.0.1:{ports.free()}"
        home.chmod(0o711)
        for variable in [each for each in os.environ if each.startswith("MATINEE_")]:
            del os.environ[variable]
        os.environ |= {"MATINEE_HOME": name, "MATINEE_ADDRESS": url.removeprefix("http://")}
        kernel_settings.get.cache_clear()
        with (home / "up.log").open("ab") as log:
            process = subprocess.Popen([str(MATINEE), "up"], stdout=log, stderr=log)
        try:
            until_well(f"{url}/api/identity/readyz", "the service", _START_S)
            from matinee.run.django_setup import set_up  # noqa: PLC0415 - reads the settings above

            set_up()
            yield home, url
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=_STOP_S)


def _signed_up(client: httpx.Client) -> UUID:
    form = {"email": EMAIL, "password": PASSWORD, "profile_name": PROFILES[0]}
    session = client.post("/identity/sign-up", json=form).raise_for_status().json()
    client.headers["Authorization"] = f"Bearer {session['access_token']}"
    return UUID(session["account"]["id"])


def _profiles(client: httpx.Client) -> list[UUID]:
    for name in PROFILES[1:]:
        client.post("/identity/profiles", json={"name": name}).raise_for_status()
    rows = client.get("/identity/profiles").raise_for_status().json()
    chosen = {"profile_id": rows[0]["id"]}
    session = client.post("/identity/refresh", json=chosen).raise_for_status().json()
    client.headers["Authorization"] = f"Bearer {session['access_token']}"
    return [UUID(row["id"]) for row in rows]


def _fill(account_id: UUID, profiles: list[UUID]) -> None:
    """Years of watching, written as the services write it."""
    moments = [clock.now() - timedelta(hours=number) for number in range(ROWS)]
    places = [
        {
            "title_id": ids.uuid7(),
            "position_s": 60.0,
            "duration_s": 600.0,
            "finished": True,
            "watched_at": moment,
        }
        for moment in moments
    ]
    _fill_services(profiles, places)
    _fill_billing(account_id)


def _fill_services(profiles: list[UUID], places: list[dict[str, Any]]) -> None:
    from matinee.insights.models import Play as Counted  # noqa: PLC0415 - needs Django's apps
    from matinee.playback.models import Position  # noqa: PLC0415
    from matinee.recommendations.models import Play  # noqa: PLC0415
    from matinee.viewing.models import ResumePoint, Viewer  # noqa: PLC0415

    viewers = [Viewer.objects.get_or_create(profile_id=profile)[0] for profile in profiles]
    whose = [number % len(profiles) for number in range(len(places))]
    ResumePoint.objects.bulk_create(
        ResumePoint(viewer=viewers[who], event_id=ids.uuid7(), **place)
        for who, place in zip(whose, places, strict=True)
    )
    tables: tuple[Any, ...] = (Position, Play)
    for table in tables:
        table.objects.bulk_create(
            table(profile_id=profiles[who], **place)
            for who, place in zip(whose, places, strict=True)
        )
    Counted.objects.bulk_create(
        Counted(
            profile_id=profiles[who],
            title_id=place["title_id"],
            started_at=place["watched_at"],
            seen_at=place["watched_at"],
        )
        for who, place in zip(whose, places, strict=True)
    )


def _fill_billing(account_id: UUID) -> None:
    from matinee.billing.actions.customers import locked_customer  # noqa: PLC0415 - as above
    from matinee.billing.models import Invoice  # noqa: PLC0415
    from matinee.kernel.databases import transaction_of  # noqa: PLC0415

    with transaction_of("billing"):
        customer = locked_customer(account_id)
        for name, value in CUSTOMER.items():
            setattr(customer, name, value)
        customer.save()
        amounts = {"subtotal_minor": 999, "total_minor": 999, "due_minor": 0, "paid_minor": 999}
        Invoice.objects.bulk_create(
            Invoice(
                customer=customer, number=f"B-{number}", status="paid", currency="EUR", **amounts
            )
            for number in range(INVOICES)
        )


def _export(client: httpx.Client) -> tuple[float, int]:
    """Seconds from asking to the last byte, and how many bytes there are."""
    start_s = clock.monotonic_s()
    asked = client.post("/identity/privacy/exports", json={}).raise_for_status().json()
    while clock.monotonic_s() < start_s + _DONE_S:
        rows = client.get("/identity/privacy/exports").raise_for_status().json()
        state = next(row["state"] for row in rows if row["id"] == asked["id"])
        if state == "ready":
            path = f"/identity/privacy/exports/{asked['id']}/archive"
            body = client.get(path).raise_for_status().content
            return clock.monotonic_s() - start_s, len(body)
        if state == "failed":
            raise SystemExit("the export failed")
        clock.pause(_POLL_S)
    raise SystemExit("the export took too long")


def _erase(client: httpx.Client) -> float:
    """Seconds until every service has told that nothing is left."""
    wish = {"confirm_email": EMAIL}
    start_s = clock.monotonic_s()
    begun = client.post("/identity/privacy/erasure", json=wish).raise_for_status().json()
    look = {"id": begun["id"], "secret": begun["secret"]}
    while clock.monotonic_s() < start_s + _DONE_S:
        state = client.post("/identity/privacy/erasures/look", json=look).raise_for_status().json()
        if state["is_done"]:
            return clock.monotonic_s() - start_s
        clock.pause(_POLL_S)
    raise SystemExit(f"the erasure waits for {state['waiting_for']}")


def _backed_up(home: Path) -> Path:
    folder = home / "backup"
    subprocess.run([str(MATINEE), "backup", str(folder)], check=True, timeout=_DUMP_S)
    return folder


def _check_searches(backup: Path, account_id: UUID, sealed: "list[Sealed]") -> None:
    """What finds nothing afterwards must find before: ids in the backup, texts behind seals."""
    pg_restore = str(Path(binaries.find("postgres")).with_name("pg_restore"))
    (records,) = backup.glob("records-*")
    if str(account_id).encode() not in _said(pg_restore, "--file=-", f"{records}/identity.dump"):
        raise SystemExit("the backup does not have the account")
    if not sealed or not all(_opens(*each) for each in sealed):
        raise SystemExit("what is sealed cannot be opened before the erasure either")


Sealed = tuple[UUID, Any, bytes]


def _sealed(account_id: UUID) -> list[Sealed]:
    """Every sealed text of the account as it lies in the records, and so in their backup."""
    from matinee.kernel.keys.resealing import sealed_tables  # noqa: PLC0415 - needs Django's apps
    from matinee.kernel.sealing import Place  # noqa: PLC0415

    found: list[Sealed] = []
    for model, owner, columns in sealed_tables():
        rows = model._default_manager.filter(**{owner: account_id})
        for pk, *values in rows.values_list("pk", *columns):
            for column, value in zip(columns, values, strict=True):
                if value is not None and value.envelope:
                    place = Place(model._meta.db_table, column, pk)
                    found.append((account_id, place, value.envelope))
    return found


def _opens(owner: UUID, place: Any, envelope: bytes) -> bool:
    from matinee.kernel import sealing  # noqa: PLC0415 - needs Django's apps

    sealing.forget(owner)
    try:
        return bool(sealing.unseal(owner, place, envelope))
    except sealing.UnreadableError:
        return False


def _found(home: Path, backup: Path) -> Iterator[str]:
    """Where the person can still be read."""
    pg_dump, pg_restore = (
        str(Path(binaries.find("postgres")).with_name(name)) for name in ("pg_dump", "pg_restore")
    )
    ours = kernel_settings.get()
    from matinee.run import services  # noqa: PLC0415 - reads the settings made above

    for service in services.DATABASES:
        yield from _in_text(f"database {service}", _said(pg_dump, ours.database(service)))
    for dump in sorted(backup.rglob("*.dump")):
        yield from _in_text(f"backup {dump.name}", _said(pg_restore, "--file=-", str(dump)))
    for folder in _FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            if path.is_file():
                yield from _in_text(str(path.relative_to(home)), path.read_bytes())
    yield from _in_text("up.log", (home / "up.log").read_bytes())


def _said(*command: str) -> bytes:
    return subprocess.run(command, check=True, capture_output=True, timeout=_DUMP_S).stdout


def _in_text(where: str, text: bytes) -> Iterator[str]:
    """As text, and as PostgreSQL writes bytes."""
    for personal in PERSONAL:
        plain = personal.encode()
        if plain in text or plain.hex().encode() in text:
            yield f"{personal} in {where}"
