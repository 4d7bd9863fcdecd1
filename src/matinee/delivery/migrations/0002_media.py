import django.db.models.deletion
from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="PackageRecord",
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
                ("package", models.CharField(max_length=100, unique=True)),
                ("key", models.CharField(max_length=200)),
                ("title_id", models.UUIDField(db_index=True)),
                ("newest", models.BooleanField(default=True)),
                ("published", models.BooleanField(default=False)),
                ("published_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField()),
                ("duration_s", models.FloatField(default=0)),
                ("bytes", models.PositiveBigIntegerField(default=0)),
                ("index", models.BinaryField(null=True)),
                ("indexed_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TakedownDoneRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("done_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="TakedownRecord",
            fields=[
                ("serial", models.BigAutoField(primary_key=True, serialize=False)),
                ("package", models.CharField(max_length=100)),
                ("lifted", models.BooleanField(default=False)),
                ("title_id", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.UUIDField(null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="TrafficRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("minute", models.DateTimeField()),
                ("requests", models.PositiveBigIntegerField(default=0)),
                ("refused", models.PositiveBigIntegerField(default=0)),
                ("failed", models.PositiveBigIntegerField(default=0)),
                ("held_bytes", models.PositiveBigIntegerField(default=0)),
                ("cached_bytes", models.PositiveBigIntegerField(default=0)),
                ("missed_bytes", models.PositiveBigIntegerField(default=0)),
                ("written_bytes", models.PositiveBigIntegerField(default=0)),
                ("filled_bytes", models.PositiveBigIntegerField(default=0)),
                ("sessions", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="DemandRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour", models.DateTimeField()),
                ("package", models.CharField(max_length=100)),
                ("folder", models.CharField(blank=True, max_length=100)),
                ("range", models.PositiveSmallIntegerField()),
                ("region", models.CharField(max_length=40)),
                ("requests", models.PositiveBigIntegerField()),
                ("bytes", models.PositiveBigIntegerField()),
                (
                    "edge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="delivery.edgerecord"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HoldingRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("package", models.CharField(max_length=100)),
                ("folder", models.CharField(blank=True, max_length=100)),
                ("ranges", models.PositiveSmallIntegerField()),
                ("bytes", models.PositiveBigIntegerField()),
                (
                    "edge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="delivery.edgerecord"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlacementRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("package", models.CharField(max_length=100)),
                ("folder", models.CharField(blank=True, max_length=100)),
                ("fill", models.PositiveSmallIntegerField(default=0)),
                ("admit", models.PositiveSmallIntegerField(default=0)),
                ("remove", models.PositiveSmallIntegerField(default=0)),
                ("rank", models.PositiveIntegerField()),
                (
                    "edge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="delivery.edgerecord"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PortionRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("package", models.CharField(max_length=100)),
                ("folder", models.CharField(blank=True, max_length=100)),
                ("range", models.PositiveSmallIntegerField()),
                ("files", models.PositiveIntegerField()),
                ("bytes", models.PositiveBigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("package", "folder", "range"), name="delivery_portion_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="takedowndonerecord",
            name="edge",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="delivery.edgerecord"
            ),
        ),
        migrations.AddField(
            model_name="takedowndonerecord",
            name="takedown",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="delivery.takedownrecord"
            ),
        ),
        migrations.AddField(
            model_name="trafficrecord",
            name="edge",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="delivery.edgerecord"
            ),
        ),
        migrations.AddIndex(
            model_name="demandrecord",
            index=models.Index(fields=["package", "hour"], name="delivery_demand_of_package"),
        ),
        migrations.AddConstraint(
            model_name="demandrecord",
            constraint=models.UniqueConstraint(
                fields=("hour", "edge", "package", "folder", "range", "region"),
                name="delivery_demand_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="holdingrecord",
            constraint=models.UniqueConstraint(
                fields=("package", "folder", "edge"), name="delivery_holding_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="placementrecord",
            constraint=models.UniqueConstraint(
                fields=("edge", "package", "folder"), name="delivery_placement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="takedowndonerecord",
            constraint=models.UniqueConstraint(
                fields=("takedown", "edge"), name="delivery_done_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="trafficrecord",
            constraint=models.UniqueConstraint(
                fields=("minute", "edge"), name="delivery_traffic_once"
            ),
        ),
    ]
