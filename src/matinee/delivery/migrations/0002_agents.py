import django.db.models.deletion
from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("delivery", "0002_media")]

    operations = [
        migrations.CreateModel(
            name="SiteRecord",
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
                ("name", models.CharField(max_length=40, unique=True)),
                ("region", models.CharField(max_length=40)),
                ("asn", models.PositiveBigIntegerField(null=True)),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="edgerecord",
            name="capacity_bps",
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="edgerecord",
            name="commitment_bps",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="edgerecord",
            name="disk_bytes",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="edgerecord",
            name="fill_bps",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="edgerecord",
            name="price_micros_per_gb",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="edgerecord",
            name="quiet_from_hour",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="edgerecord",
            name="quiet_hours",
            field=models.PositiveSmallIntegerField(default=24),
        ),
        migrations.AddField(
            model_name="edgerecord",
            name="role",
            field=models.CharField(
                choices=[("edge", "edge"), ("shield", "shield"), ("commercial", "commercial")],
                default="edge",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="AgentRecord",
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
                ("secret_hash", models.CharField(max_length=64, unique=True)),
                ("version", models.CharField(blank=True, max_length=40)),
                ("certificate_ends_at", models.DateTimeField(null=True)),
                ("sequence", models.PositiveBigIntegerField(default=0)),
                ("reported_at", models.DateTimeField(null=True)),
                ("is_serving", models.BooleanField(default=False)),
                ("remarks", models.JSONField(default=list)),
                ("placement_revision", models.PositiveBigIntegerField(default=0)),
                ("reported_placement", models.PositiveBigIntegerField(default=0)),
                ("reported_configuration", models.PositiveBigIntegerField(default=0)),
                ("takedown_serial", models.PositiveBigIntegerField(default=0)),
                ("holdings_known", models.BooleanField(default=False)),
                ("egress_bps", models.FloatField(null=True)),
                ("first_byte_ms_p50", models.FloatField(null=True)),
                ("first_byte_ms_p95", models.FloatField(null=True)),
                ("throughput_bps_p10", models.FloatField(null=True)),
                ("throughput_bps_p50", models.FloatField(null=True)),
                ("disk_size_bytes", models.PositiveBigIntegerField(null=True)),
                ("disk_free_bytes", models.PositiveBigIntegerField(null=True)),
                ("disk_used_bytes", models.PositiveBigIntegerField(null=True)),
                ("disk_tier", models.CharField(blank=True, max_length=8)),
                ("fill_state", models.CharField(default="idle", max_length=8)),
                ("fill_wanted_bytes", models.PositiveBigIntegerField(default=0)),
                ("fill_held_bytes", models.PositiveBigIntegerField(default=0)),
                ("fill_failures", models.PositiveBigIntegerField(default=0)),
                ("fill_detail", models.CharField(blank=True, max_length=300)),
                (
                    "edge",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agent",
                        to="delivery.edgerecord",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="InvitationRecord",
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
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=40)),
                ("region", models.CharField(max_length=40)),
                ("role", models.CharField(max_length=10)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="delivery.siterecord",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="edgerecord",
            name="site",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, to="delivery.siterecord"
            ),
        ),
        migrations.AddConstraint(
            model_name="edgerecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["edge", "shield", "commercial"])),
                name="edge_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="edgerecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("quiet_from_hour__lte", 23), ("quiet_hours__lte", 24)),
                name="edge_quiet_hours_of_a_day",
            ),
        ),
    ]
