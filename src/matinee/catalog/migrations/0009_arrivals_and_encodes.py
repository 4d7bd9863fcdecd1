"""Files that arrive in watched places, the course of encodes, and how urgent a film is."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import matinee.kernel.clock
import matinee.kernel.ids

_STATES = ["settling", "asking", "waiting", "taking", "taken", "refused"]


class Migration(migrations.Migration):
    dependencies = [("catalog", "0008_workflow")]

    operations = [
        migrations.CreateModel(
            name="WatchedPlace",
            fields=[
                ("url", models.CharField(max_length=500, primary_key=True, serialize=False)),
                ("looked_at", models.DateTimeField(null=True)),
                ("problem", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.CreateModel(
            name="Arrival",
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
                ("digest", models.CharField(max_length=64, unique=True)),
                ("place", models.CharField(max_length=500)),
                ("path", models.CharField(max_length=1000)),
                ("size_bytes", models.BigIntegerField()),
                ("version", models.CharField(max_length=200)),
                ("steady_since", models.DateTimeField()),
                ("state", models.CharField(max_length=10)),
                ("note", models.TextField(blank=True, default="")),
                ("decided", models.JSONField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("was_taken", models.BooleanField(default=False)),
                (
                    "title",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="arrivals",
                        to="catalog.title",
                    ),
                ),
                ("upload_id", models.UUIDField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(state__in=_STATES), name="catalog_arrival_state"
                    )
                ],
                "indexes": [
                    models.Index(fields=["place", "path"], name="catalog_arrival_place"),
                    models.Index(
                        fields=["created_at"],
                        name="catalog_arrival_open",
                        condition=~Q(state="taken"),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Priority",
            fields=[
                (
                    "title",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="catalog.title",
                    ),
                ),
                ("priority", models.CharField(max_length=5)),
                ("announced_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(priority__in=["first", "usual", "last"]),
                        name="catalog_priority",
                    )
                ],
            },
        ),
        migrations.AddField("upload", "encode_awaited", models.BooleanField(default=False)),
        migrations.AddIndex(
            "upload",
            models.Index(
                fields=["title"], name="catalog_upload_awaited", condition=Q(encode_awaited=True)
            ),
        ),
        migrations.AddField("encode", "began_at", models.DateTimeField(null=True)),
        migrations.AddField("encode", "ended_at", models.DateTimeField(null=True)),
        migrations.AddField("encode", "paces", models.JSONField(default=list)),
        migrations.AddField("encode", "outlook", models.JSONField(null=True)),
        migrations.AddField("encode", "outlook_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "encode",
            models.Index(
                fields=["title"],
                name="catalog_encode_running",
                condition=~Q(stage__in=["done", "failed", "stopped"]),
            ),
        ),
        migrations.AddIndex(
            "encode", models.Index(fields=["-ended_at"], name="catalog_encode_ended")
        ),
    ]
