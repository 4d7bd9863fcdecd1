"""Brings every service's database to the form that this release expects."""

import logging
import os

import django
import psycopg
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from matinee.kernel import clock, databases, logs, settings
from matinee.run import migrated, services

log = logging.getLogger(__name__)

_TRIES = 5
_PAUSE_S = 1.0


def migrate() -> None:
    """Make the databases that are missing and apply the migrations that are not applied yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matinee.run.django_settings")
    logs.set_up(settings.get())
    django.setup(set_prefix=False)
    _make_databases()
    behind = [service for service in services.DATABASES if _is_behind(service)]
    is_upgrade = bool(behind) and any(map(_was_there, services.DATABASES))
    for service in behind:
        log.info("migrating %s", service)
        # Of this service alone: the others' would be walked through for nothing.
        call_command("migrate", service, database=service, verbosity=0, interactive=False)
    if is_upgrade:
        _tell_again()
    migrated.remember(settings.get())


def _make_databases() -> None:
    for attempt in range(1, _TRIES + 1):
        try:
            databases.make_databases(settings.get(), services.DATABASES)
        except psycopg.errors.DuplicateDatabase:
            continue  # another machine makes them at the same time
        except psycopg.OperationalError:
            if attempt == _TRIES:
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
