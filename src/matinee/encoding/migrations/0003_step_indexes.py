"""Indexes over the steps that are under way, in a transaction after their rows were changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("encoding", "0002_many_steps")]

    operations = [
        migrations.AddIndex(
            model_name="step",
            index=models.Index(
                condition=models.Q(("status", "ready")),
                fields=["rank", "queued_at", "encode", "position"],
                name="encoding_step_ready",
            ),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(
                condition=models.Q(("status", "running")),
                fields=["encode"],
                name="encoding_step_running",
            ),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(
                condition=models.Q(("status", "waiting")),
                fields=["encode"],
                name="encoding_step_waiting",
            ),
        ),
    ]
