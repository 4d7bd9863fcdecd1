"""Checks that hold where a column is NULL, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0004_payments"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="coupon",
            name="coupon_percent_or_amount",
        ),
        migrations.RemoveConstraint(
            model_name="titleprice",
            name="title_price_window",
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount_minor", None),
                        ("currency", ""),
                        ("percent__gt", 0),
                        ("percent__isnull", False),
                        ("percent__lte", 100),
                    ),
                    models.Q(
                        ("amount_minor__gt", 0),
                        ("amount_minor__isnull", False),
                        ("currency__regex", "^[A-Z]{3}$"),
                        ("percent", None),
                    ),
                    _connector="OR",
                ),
                name="coupon_percent_or_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="titleprice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "rental"),
                        ("window_hours__gte", 1),
                        ("window_hours__isnull", False),
                    ),
                    models.Q(("kind", "purchase"), ("window_hours", None)),
                    _connector="OR",
                ),
                name="title_price_window",
            ),
        ),
    ]
