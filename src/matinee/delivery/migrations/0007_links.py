"""What players measured of each pathway, by region."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0006_demand_seen_by_edge")]

    operations = [
        migrations.AddField("regionplanrecord", "links", models.JSONField(default=dict)),
    ]
