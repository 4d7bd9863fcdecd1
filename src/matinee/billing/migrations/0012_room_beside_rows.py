"""Room in the pages of subscriptions, and no statistics of what nothing is looked for by.

A subscription's next period is written by a renewal, and that it is paid soon after: with room
beside the row, and no column of an index changed, PostgreSQL writes the second into no index
("Heap-Only Tuples"). What is announced and which taxes a line has is JSON that nobody searches;
sampling it took most of what keeping these tables' statistics takes.
"""

from django.db import migrations

_CHANGES = (
    ("billing_subscription", "SET (fillfactor = 80)", "RESET (fillfactor)"),
    (
        "billing_outbox",
        "ALTER COLUMN body SET STATISTICS 0",
        "ALTER COLUMN body SET STATISTICS -1",
    ),
    (
        "billing_invoiceline",
        "ALTER COLUMN taxes SET STATISTICS 0",
        "ALTER COLUMN taxes SET STATISTICS -1",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("billing", "0011_open_invoices")]

    excuse = "it changes how full new pages become and what is sampled of tables, and no row"

    operations = [
        migrations.RunSQL(f"ALTER TABLE {table} {change}", f"ALTER TABLE {table} {back}")
        for table, change, back in _CHANGES
    ]
