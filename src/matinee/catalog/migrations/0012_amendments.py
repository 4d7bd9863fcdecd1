import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import matinee.kernel.clock


class Migration(migrations.Migration):
    dependencies = [("catalog", "0011_sheets_and_webhooks")]

    operations = [
        migrations.CreateModel(
            name="Amendment",
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
                (
                    "account_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("words", models.TextField(blank=True, default="")),
                ("updated_at", models.DateTimeField(default=matinee.kernel.clock.now)),
            ],
        ),
        migrations.AddField(
            model_name="upload",
            name="account_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="upload",
            name="replaced_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(
                condition=models.Q(("replaced_at__isnull", False)),
                fields=["replaced_at"],
                name="catalog_upload_replaced",
            ),
        ),
    ]
