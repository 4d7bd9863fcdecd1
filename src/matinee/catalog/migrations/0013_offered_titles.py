from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0012_amendments")]

    operations = [
        migrations.CreateModel(
            name="OfferedTitle",
            fields=[
                ("title_id", models.UUIDField(primary_key=True, serialize=False)),
                ("offered", models.BooleanField()),
                ("as_of", models.DateTimeField()),
            ],
        ),
    ]
