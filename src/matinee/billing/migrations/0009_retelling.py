from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0008_webhook_indexes")]

    operations = [
        migrations.CreateModel(
            name="Retelling",
            fields=[
                ("why", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("due_at", models.DateTimeField()),
                ("part", models.CharField(max_length=12)),
                ("after", models.UUIDField(null=True)),
            ],
        ),
    ]
