from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0005_outlooks"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="demandseenrecord", name="delivery_demand_seen_once"
        ),
        migrations.RenameField(model_name="demandseenrecord", old_name="region", new_name="edge"),
        migrations.AddConstraint(
            model_name="demandseenrecord",
            constraint=models.UniqueConstraint(
                fields=("hour", "edge", "title_class"), name="delivery_demand_seen_once"
            ),
        ),
    ]
