from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_devices")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="disabled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="account",
            name="adding_pin",
            field=models.CharField(blank=True, default="", max_length=128),
        ),
        migrations.AddField(
            model_name="profile",
            name="pin",
            field=models.CharField(blank=True, default="", max_length=128),
        ),
        migrations.RemoveConstraint(model_name="profile", name="profile_maturity_known"),
        migrations.AddConstraint(
            model_name="profile",
            constraint=models.CheckConstraint(
                condition=models.Q(("maturity_age__lte", 18)), name="profile_maturity_known"
            ),
        ),
        migrations.RemoveConstraint(model_name="profile", name="profile_kids_ceiling"),
        migrations.AddConstraint(
            model_name="profile",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_kids", False), ("maturity_age__lte", 8), _connector="OR"),
                name="profile_kids_ceiling",
            ),
        ),
    ]
