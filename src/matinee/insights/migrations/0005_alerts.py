"""Alert rules, the times that they fired, letters about that, and systems that are told."""

import django.db.models.deletion
from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids
import matinee.kernel.sealed_fields


class Migration(migrations.Migration):
    dependencies = [("insights", "0004_facts")]

    operations = [
        migrations.CreateModel(
            name="AlertRule",
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
                ("name", models.CharField(max_length=80)),
                ("metric", models.CharField(max_length=40)),
                ("side", models.CharField(max_length=5)),
                ("limit", models.FloatField()),
                ("clear_at", models.FloatField()),
                ("window_s", models.PositiveIntegerField()),
                ("lasting_s", models.PositiveIntegerField()),
                ("addresses", matinee.kernel.sealed_fields.SealedText(owner="id")),
                ("tells_webhooks", models.BooleanField(default=False)),
                ("is_paused", models.BooleanField(default=False)),
                ("value", models.FloatField(null=True)),
                ("state", models.CharField(default="fine", max_length=7)),
                ("looked_at", models.DateTimeField(null=True)),
                ("since", models.DateTimeField(null=True)),
                ("back_since", models.DateTimeField(null=True)),
                ("silent_since", models.DateTimeField(null=True)),
                ("worst", models.FloatField(null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="AlertEpisode",
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
                ("name", models.CharField(max_length=80)),
                ("metric", models.CharField(max_length=40)),
                ("side", models.CharField(max_length=5)),
                ("limit", models.FloatField()),
                ("window_s", models.PositiveIntegerField()),
                ("since", models.DateTimeField()),
                ("fired_at", models.DateTimeField()),
                ("worst", models.FloatField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ending", models.CharField(default="", max_length=9)),
                (
                    "rule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="episodes",
                        to="insights.alertrule",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("rule",),
                        name="alert_fires_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertLetter",
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
                ("rule_id", models.UUIDField()),
                ("kind", models.CharField(max_length=8)),
                ("address", matinee.kernel.sealed_fields.SealedText(owner="rule_id")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(default="", max_length=80)),
                (
                    "episode",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="insights.alertepisode",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="alert_letter_due",
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
                        to="insights.webhookendpoint",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="insights.webhookmessage",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="insights_webhook_due",
                    ),
                    models.Index(fields=["endpoint", "-id"], name="insights_webhook_log"),
                ],
            },
        ),
    ]
