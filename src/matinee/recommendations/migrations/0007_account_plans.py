from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0006_policies")]

    operations = [
        migrations.CreateModel(
            name="AccountPlan",
            fields=[
                ("account_id", models.UUIDField(primary_key=True, serialize=False)),
                ("plan", models.CharField(max_length=40)),
                ("ends_at", models.DateTimeField(null=True)),
                ("as_of", models.DateTimeField()),
            ],
        ),
    ]
