import django.db.models.deletion
from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("catalog", "0010_programme")]

    operations = [
        migrations.CreateModel(
            name="SheetImport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("is_trial", models.BooleanField(default=False)),
                ("account_id", models.UUIDField(null=True)),
                ("publishes", models.BooleanField(default=False)),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("lines", models.PositiveIntegerField(default=0)),
                ("made", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("errors", models.JSONField(default=list)),
                ("errors_all", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "working", "done", "refused", "failed"])
                        ),
                        name="catalog_sheet_state",
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "working"])),
                        fields=["created_at"],
                        name="catalog_sheet_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("url", models.CharField(max_length=500)),
                ("secret", models.CharField(max_length=100)),
                ("old_secret", models.CharField(default="", max_length=100)),
                ("kinds", models.JSONField(default=list)),
                ("is_paused", models.BooleanField(default=False)),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="WebhookMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("kind", models.CharField(max_length=40)),
                ("body", models.TextField()),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(default="", max_length=200)),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="catalog.webhookendpoint",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="catalog.webhookmessage",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="catalog_webhook_due",
                    ),
                    models.Index(fields=["endpoint", "-id"], name="catalog_webhook_log"),
                ],
            },
        ),
    ]
