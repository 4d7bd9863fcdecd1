"""Indexes of the invoices that are not paid, which are few, in place of two of all that there are.

Each renewal wrote both twice, at places spread over all of them. What is due is found in the order
in which it is collected. The index of a foreign key is dropped by its name, as Django would drop
and check the key, too.
"""

from django.db import migrations, models
from django.db.models import PROTECT, ForeignKey, Q

_NAME = "billing_invoice_subscription_id_b7df633b"


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_fewer_indexes")]

    excuse = "it drops and adds indexes, of which no statement of the release before says a word"

    operations = [
        migrations.AddIndex(
            "invoice",
            models.Index(fields=["due_at", "id"], condition=Q(status="open"), name="invoice_open"),
        ),
        migrations.AddIndex(
            "invoice",
            models.Index(
                fields=["subscription"],
                condition=Q(status__in=["draft", "open"]),
                name="invoice_unpaid_of_subscription",
            ),
        ),
        migrations.RemoveIndex("invoice", "invoice_to_collect"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX IF EXISTS {_NAME}",
                    f"CREATE INDEX IF NOT EXISTS {_NAME} ON billing_invoice (subscription_id)",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    "invoice",
                    "subscription",
                    ForeignKey(
                        "billing.subscription",
                        PROTECT,
                        related_name="invoices",
                        null=True,
                        db_index=False,
                    ),
                )
            ],
        ),
    ]
