"""Brings every service's database to the form that this release expects."""

import logging
import os

import django
import psycopg
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from matinee.kernel import clock, databases, logs, settings
from matinee.run import migrated, services

log = logging.getLogger(__name__)

_PAUSE_S = 1.0
# A server that starts with us, as in containers, may first make its files, or mend them.
_SERVER_COMES_WITHIN_S = 60.0
_LOOKS_EVERY_S = 0.2
# Whoever waits for a table that is in use keeps all who come after waiting, too: rather try again.
_LOCK_TIMEOUT_MS = 500
_LOCK_TRIES = 60


def migrate() -> None:
    """Make the databases that are missing and apply the migrations that are not applied yet.

    Others may be at work meanwhile, also those of the release before.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matinee.run.django_settings")
    logs.set_up(settings.get())
    django.setup(set_prefix=False)
    _make_databases()
    behind = [service for service in services.DATABASES if _is_behind(service)]
    is_upgrade = bool(behind) and any(map(_was_there, services.DATABASES))
    for service in behind:
        log.info("migrating %s", service)
        _apply(service)
    if is_upgrade:
        _tell_again()
    migrated.remember(settings.get())


def _make_databases() -> None:
    end_s, is_said = clock.monotonic_s() + _SERVER_COMES_WITHIN_S, False
    while True:
        try:
            databases.make_databases(settings.get(), services.DATABASES)
        except psycopg.errors.DuplicateDatabase:
            continue  # another machine makes them at the same time
        except psycopg.OperationalError as error:
            if clock.monotonic_s() > end_s or databases.takes_no_password(error):
                raise
            if not is_said:
                log.info("waiting for the database server: %s", str(error).strip())
            is_said = True
            clock.pause(_LOOKS_EVERY_S)
        else:
            return


def _apply(service: str) -> None:
    for attempt in range(1, _LOCK_TRIES + 1):
        with connections[service].cursor() as cursor:
            # What brings many rows up to a release takes its time.
            cursor.execute(f"SET lock_timeout = {_LOCK_TIMEOUT_MS}; SET statement_timeout = 0")
        try:
            # Of this service alone: the others' would be walked through for nothing.
            call_command("migrate", service, database=service, verbosity=0, interactive=False)
        except OperationalError as error:
            if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                raise
            if attempt == _LOCK_TRIES:
                raise
            clock.pause(_PAUSE_S)
        else:
            return


def _is_behind(service: str) -> bool:
    executor = MigrationExecutor(connections[service])
    targets = [key for key in executor.loader.graph.leaf_nodes() if key[0] == service]
    return bool(executor.migration_plan(targets))


def _was_there(service: str) -> bool:
    """Whether the database has been brought up to some release before."""
    return bool(MigrationRecorder(connections[service]).applied_migrations())


def _tell_again() -> None:
    """Have services told what a new release may keep of entitlements, once it runs."""
    # Models can be imported once Django is set up.
    from matinee.billing.actions.retelling import retelling_wish  # noqa: PLC0415

    retelling_wish("upgrade")
