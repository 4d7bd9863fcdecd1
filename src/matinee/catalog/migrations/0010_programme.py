"""Heroes beside rows, their order, whom they are for and at which hours."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0009_arrivals_and_encodes")]

    operations = [
        migrations.AddField(
            model_name="editorialrow",
            name="shown_as",
            field=models.CharField(default="row", max_length=4),
        ),
        migrations.AddField(
            model_name="editorialrow", name="hours", field=models.JSONField(null=True)
        ),
        migrations.AddField(
            model_name="editorialrow", name="audience", field=models.JSONField(default=dict)
        ),
        migrations.AddField(
            model_name="editorialrow",
            name="position",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="editorialrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("shown_as__in", ["row", "hero"])),
                name="editorial_row_shown_as",
            ),
        ),
    ]
