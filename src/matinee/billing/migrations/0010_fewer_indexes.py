"""Without indexes of which each row's writing pays and that no query reads.

An invoice's customer begins `invoice_of_customer`, and a payment's invoice begins `payment_number`;
plans and prices that subscriptions and lines point at are never deleted. Dropped by name, as
Django would drop and check all foreign keys of these columns, too. Cards to be forgotten and
refunds that a gateway tells of get one.
"""

from django.db import migrations, models
from django.db.models import PROTECT, ForeignKey, Q

_NO_MORE = (
    (
        "invoice",
        "customer",
        "12e1ebba",
        ForeignKey("billing.customer", PROTECT, related_name="invoices", db_index=False),
    ),
    (
        "payment",
        "invoice",
        "998dd3c5",
        ForeignKey("billing.invoice", PROTECT, related_name="payments", db_index=False),
    ),
    (
        "subscription",
        "plan",
        "4e20d4ad",
        ForeignKey("billing.plan", PROTECT, related_name="subscriptions", db_index=False),
    ),
    (
        "subscription",
        "price",
        "1451b4a3",
        ForeignKey("billing.planprice", PROTECT, related_name="subscriptions", db_index=False),
    ),
    (
        "subscription",
        "next_price",
        "2a79f3e3",
        ForeignKey("billing.planprice", PROTECT, related_name="+", null=True, db_index=False),
    ),
    (
        "invoiceline",
        "price",
        "988202c2",
        ForeignKey("billing.planprice", PROTECT, related_name="+", null=True, db_index=False),
    ),
    (
        "invoiceline",
        "title_price",
        "18183f10",
        ForeignKey("billing.titleprice", PROTECT, related_name="+", null=True, db_index=False),
    ),
)


def _dropped(table: str, column: str, digest: str) -> migrations.RunSQL:
    name = f"billing_{table}_{column}_id_{digest}"
    return migrations.RunSQL(
        f"DROP INDEX IF EXISTS {name}",
        f"CREATE INDEX IF NOT EXISTS {name} ON billing_{table} ({column}_id)",
    )


class Migration(migrations.Migration):
    dependencies = [("billing", "0009_retelling")]

    excuse = "it drops and adds indexes, of which no statement of the release before says a word"

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                _dropped(table, column, digest) for table, column, digest, _ in _NO_MORE
            ],
            state_operations=[
                migrations.AlterField(table, column, field) for table, column, _, field in _NO_MORE
            ],
        ),
        migrations.AddIndex(
            "paymentmethod",
            models.Index(
                fields=["id"],
                condition=Q(removed_at__isnull=False, last4=""),
                name="payment_method_to_forget",
            ),
        ),
        migrations.AddIndex(
            "refund", models.Index(fields=["ref"], condition=~Q(ref=""), name="refund_by_ref")
        ),
    ]
