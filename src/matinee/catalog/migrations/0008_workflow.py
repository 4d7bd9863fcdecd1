"""Where titles stand in the workflow, what the staff did with them, and windows as rows."""

from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import matinee.kernel.clock
import matinee.kernel.ids

_BATCH = 500


def stand(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What was withdrawn is so still; everything else may be shown, as before."""
    titles = apps.get_model("catalog", "Title")._default_manager.using(
        schema_editor.connection.alias
    )
    titles.filter(withdrawn=True).update(standing="withdrawn")


def spread_windows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write each window that there is as a row."""
    alias = schema_editor.connection.alias
    titles = apps.get_model("catalog", "Title")._default_manager.using(alias)
    window = apps.get_model("catalog", "TitleWindow")
    rows = []
    with_rights = titles.exclude(rights=[]).values_list("pk", "rights")
    for title_id, rights in with_rights.iterator(chunk_size=_BATCH):
        rows += [
            window(
                title_id=title_id,
                territories=one.get("territories", []),
                plans=[],
                platforms=[],
                starts_at=one.get("starts_at"),
                ends_at=one.get("ends_at"),
            )
            for one in rights
        ]
    window._default_manager.using(alias).bulk_create(rows, batch_size=_BATCH)


def record() -> list[tuple[str, Any]]:
    """The columns of every record."""
    return [
        (
            "id",
            models.UUIDField(
                default=matinee.kernel.ids.uuid7,
                editable=False,
                primary_key=True,
                serialize=False,
            ),
        ),
        ("created_at", models.DateTimeField(default=matinee.kernel.clock.now, editable=False)),
    ]


def words(length: int) -> Any:
    """Codes of so many letters at most."""
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=length), size=None
    )


def title(**options: Any) -> Any:
    """The title that a row is of."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE, to="catalog.title", **options
    )


_STANDS = models.CheckConstraint(
    condition=models.Q(standing__in=["draft", "review", "released", "withdrawn"])
    | models.Q(standing="scheduled", publish_at__isnull=False),
    name="catalog_title_standing",
)
_STATUSES = [
    *("draft", "processing", "published", "failed"),
    *("review", "scheduled", "withdrawn"),
]


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_record_of_a_title")]

    operations = [
        migrations.AddField(
            model_name="title",
            name="standing",
            field=models.CharField(default="released", max_length=10),
        ),
        migrations.AddField(
            model_name="title", name="publish_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="title", name="submitted_by", field=models.UUIDField(null=True)
        ),
        migrations.RunPython(stand, migrations.RunPython.noop),
        migrations.RemoveField(model_name="title", name="withdrawn"),
        migrations.RemoveConstraint(model_name="title", name="catalog_title_status"),
        migrations.AddConstraint(
            model_name="title",
            constraint=models.CheckConstraint(
                condition=models.Q(status__in=_STATUSES), name="catalog_title_status"
            ),
        ),
        migrations.AddConstraint(model_name="title", constraint=_STANDS),
        migrations.AddIndex(
            model_name="title",
            index=models.Index(
                condition=models.Q(standing="scheduled"),
                fields=["publish_at"],
                name="catalog_title_due",
            ),
        ),
        migrations.CreateModel(
            name="Deed",
            fields=[
                *record(),
                ("account_id", models.UUIDField(null=True)),
                ("verb", models.CharField(max_length=12)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("words", models.TextField(blank=True, default="")),
                ("title", title(related_name="deeds", db_index=False)),
                (
                    "undoes",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="catalog.deed",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["title", "-id"], name="catalog_deeds_of_title"),
                    models.Index(fields=["account_id"], name="catalog_deeds_of_account"),
                ]
            },
        ),
        migrations.CreateModel(
            name="AccountPlan",
            fields=[
                ("account_id", models.UUIDField(primary_key=True, serialize=False)),
                ("plan", models.CharField(max_length=40)),
                ("ends_at", models.DateTimeField(null=True)),
                ("as_of", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="OwnTitle",
            fields=[
                *record(),
                ("account_id", models.UUIDField()),
                ("title_id", models.UUIDField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("as_of", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account_id", "title_id"), name="catalog_own_once"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="TitleWindow",
            fields=[
                *record(),
                ("territories", words(2)),
                ("plans", words(40)),
                ("platforms", words(10)),
                ("starts_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("title", title(related_name="windows")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["starts_at"], name="catalog_window_starts"),
                    models.Index(fields=["ends_at"], name="catalog_window_ends"),
                ]
            },
        ),
        migrations.RunPython(spread_windows, migrations.RunPython.noop),
    ]
