"""Prices by currency and interval, invoices, credit notes, coupons, gift cards, the ledger."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids

# A plan's one price becomes its first; who is subscribed pays it.
PRICES_OF_PLANS = """
INSERT INTO billing_planprice
    (id, created_at, plan_id, currency, interval, interval_count, amount_minor, is_offered)
SELECT gen_random_uuid(), now(), id, currency, interval, 1, amount_minor, true FROM billing_plan;
UPDATE billing_subscription row SET
    price_id = price.id,
    activated_at = started_at,
    trial_ends_at = CASE WHEN anchor_at > started_at THEN anchor_at END,
    current_period_start = GREATEST(
        started_at, current_period_end - ('1 ' || price.interval)::interval),
    paid_until = current_period_end,
    due_at = CASE WHEN ended_at IS NULL THEN current_period_end END
FROM billing_planprice price WHERE price.plan_id = row.plan_id
"""

# The ledger is added to and never changed, whoever asks.
FOR_GOOD = """
CREATE FUNCTION billing_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are for good: add another that takes this one back', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER billing_ledger_for_good
    BEFORE UPDATE OR DELETE OR TRUNCATE ON billing_ledgertransfer
    FOR EACH STATEMENT EXECUTE FUNCTION billing_for_good()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_standard_plan"),
    ]

    operations = [
        migrations.CreateModel(
            name="Coupon",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("code", models.CharField(max_length=40, unique=True)),
                ("percent", models.DecimalField(decimal_places=3, max_digits=6, null=True)),
                ("amount_minor", models.BigIntegerField(null=True)),
                ("currency", models.CharField(default="", max_length=3)),
                ("rounding", models.CharField(default="half_up", max_length=7)),
                ("months", models.PositiveSmallIntegerField(null=True)),
                ("audience", models.CharField(default="anyone", max_length=9)),
                ("returning_after_days", models.PositiveSmallIntegerField(default=0)),
                ("redeem_by", models.DateTimeField(null=True)),
                ("redemptions_max", models.PositiveIntegerField(null=True)),
                ("redemptions", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="CreditNote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("number", models.CharField(max_length=30, unique=True)),
                ("reason", models.CharField(max_length=30)),
                ("currency", models.CharField(max_length=3)),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("total_minor", models.BigIntegerField()),
                ("to_credit_minor", models.BigIntegerField()),
                ("reference", models.CharField(max_length=80, null=True, unique=True)),
                ("issued_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CreditNoteLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CustomerBalance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="GiftCard",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("code_digest", models.CharField(max_length=64, unique=True)),
                ("last_letters", models.CharField(max_length=4)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("redeemed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("number", models.CharField(max_length=30, null=True)),
                ("status", models.CharField(default="draft", max_length=13)),
                ("currency", models.CharField(max_length=3)),
                ("subtotal_minor", models.BigIntegerField()),
                ("discount_minor", models.BigIntegerField(default=0)),
                ("tax_minor", models.BigIntegerField(default=0)),
                ("total_minor", models.BigIntegerField()),
                ("credit_applied_minor", models.BigIntegerField(default=0)),
                ("paid_minor", models.BigIntegerField(default=0)),
                ("credited_minor", models.BigIntegerField(default=0)),
                ("due_minor", models.BigIntegerField()),
                ("issued_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("paid_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("kind", models.CharField(max_length=12)),
                ("description", models.CharField(max_length=200)),
                ("rate_minor", models.BigIntegerField()),
                ("amount_minor", models.BigIntegerField()),
                ("discount_minor", models.BigIntegerField(default=0)),
                ("tax_minor", models.BigIntegerField(default=0)),
                ("net_minor", models.BigIntegerField()),
                ("taxes", models.JSONField(default=list)),
                ("period_start", models.DateTimeField(null=True)),
                ("period_end", models.DateTimeField(null=True)),
                ("cycle_start", models.DateTimeField(null=True)),
                ("cycle_end", models.DateTimeField(null=True)),
                ("unit", models.CharField(default="day", max_length=6)),
                ("time_zone", models.CharField(default="UTC", max_length=64)),
                ("credited_net_minor", models.BigIntegerField(default=0)),
                ("credited_tax_minor", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="LedgerTransfer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("entry_id", models.UUIDField()),
                ("occurred_at", models.DateTimeField()),
                ("kind", models.CharField(max_length=20)),
                ("reference", models.CharField(max_length=80)),
                ("debit", models.CharField(max_length=12)),
                ("credit", models.CharField(max_length=12)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("invoice_id", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("kind", models.CharField(max_length=30)),
                ("data", models.JSONField()),
                ("told_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("last", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="PlanPrice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("currency", models.CharField(max_length=3)),
                ("interval", models.CharField(max_length=5)),
                ("interval_count", models.PositiveSmallIntegerField(default=1)),
                ("amount_minor", models.BigIntegerField()),
                ("is_offered", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="PriceChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("effective_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Redemption",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="TaxRate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("territory", models.CharField(max_length=6)),
                ("name", models.CharField(max_length=40)),
                ("percent", models.DecimalField(decimal_places=4, max_digits=7)),
                ("inclusive", models.BooleanField()),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="TitleGrant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TitlePrice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("title_id", models.UUIDField()),
                ("kind", models.CharField(max_length=8)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("window_hours", models.PositiveIntegerField(null=True)),
                ("is_offered", models.BooleanField(default=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="plan",
            name="plan_price_not_negative",
        ),
        migrations.RemoveConstraint(
            model_name="plan",
            name="plan_currency_code",
        ),
        migrations.RemoveConstraint(
            model_name="plan",
            name="plan_interval_known",
        ),
        migrations.RemoveConstraint(
            model_name="plan",
            name="plan_gives_something",
        ),
        migrations.RemoveConstraint(
            model_name="subscription",
            name="subscription_one_at_a_time",
        ),
        migrations.RemoveConstraint(
            model_name="subscription",
            name="subscription_runs_forward",
        ),
        migrations.RemoveIndex(
            model_name="subscription",
            name="subscription_due",
        ),
        migrations.AddField(
            model_name="customer",
            name="address",
            field=models.TextField(default="", max_length=500),
        ),
        migrations.AddField(
            model_name="customer",
            name="can_be_charged",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="customer",
            name="email",
            field=models.CharField(default="", max_length=254),
        ),
        migrations.AddField(
            model_name="customer",
            name="name",
            field=models.CharField(default="", max_length=200),
        ),
        migrations.AddField(
            model_name="customer",
            name="territory",
            field=models.CharField(default="", max_length=6),
        ),
        migrations.AddField(
            model_name="customer",
            name="time_zone",
            field=models.CharField(default="UTC", max_length=64),
        ),
        migrations.AddField(
            model_name="plan",
            name="alignment",
            field=models.CharField(default="anniversary", max_length=11),
        ),
        migrations.AddField(
            model_name="plan",
            name="downgrades",
            field=models.CharField(default="renewal", max_length=7),
        ),
        migrations.AddField(
            model_name="plan",
            name="downloads",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="plan",
            name="extra_members",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="plan",
            name="has_ads",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="plan",
            name="profiles",
            field=models.PositiveSmallIntegerField(default=5),
        ),
        migrations.AddField(
            model_name="plan",
            name="upgrades",
            field=models.CharField(default="renewal", max_length=7),
        ),
        migrations.AddField(
            model_name="subscription",
            name="next_price_from",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="time_zone",
            field=models.CharField(default="UTC", max_length=64),
        ),
        migrations.AddField(
            model_name="subscription",
            name="activated_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="current_period_start",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="end_reason",
            field=models.CharField(default="", max_length=20),
        ),
        migrations.AddField(
            model_name="subscription",
            name="grace_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="held_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="paid_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="paused_from",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="resumes_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="trial_ends_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("height_max__gte", 1), ("profiles__gte", 1), ("streams_at_once__gte", 1)
                ),
                name="plan_gives_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("downgrades__in", ("renewal", "second", "day", "day30")),
                    ("upgrades__in", ("renewal", "second", "day", "day30")),
                ),
                name="plan_change_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("alignment__in", ("anniversary", "calendar"))),
                name="plan_alignment_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount_minor", None),
                        ("currency", ""),
                        ("percent__gt", 0),
                        ("percent__lte", 100),
                    ),
                    models.Q(
                        ("amount_minor__gt", 0),
                        ("currency__regex", "^[A-Z]{3}$"),
                        ("percent", None),
                    ),
                    _connector="OR",
                ),
                name="coupon_percent_or_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("redemptions_max", None),
                    ("redemptions__lte", models.F("redemptions_max")),
                    _connector="OR",
                ),
                name="coupon_not_overdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience__in", ["anyone", "new", "returning"])),
                name="coupon_audience_known",
            ),
        ),
        migrations.AddField(
            model_name="creditnote",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credit_notes",
                to="billing.customer",
            ),
        ),
        migrations.AddField(
            model_name="creditnoteline",
            name="credit_note",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="billing.creditnote",
            ),
        ),
        migrations.AddField(
            model_name="customerbalance",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="balances",
                to="billing.customer",
            ),
        ),
        migrations.AddField(
            model_name="giftcard",
            name="redeemed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="billing.customer",
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoices",
                to="billing.customer",
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="subscription",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoices",
                to="billing.subscription",
            ),
        ),
        migrations.AddField(
            model_name="creditnote",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credit_notes",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="creditnoteline",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credits",
                to="billing.invoiceline",
            ),
        ),
        migrations.AddField(
            model_name="ledgertransfer",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transfers",
                to="billing.customer",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="billing.customer",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="subscription",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="billing.subscription",
            ),
        ),
        migrations.AddField(
            model_name="planprice",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="prices",
                to="billing.plan",
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="price",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="billing.planprice",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="next_price",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="billing.planprice",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="price",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="subscriptions",
                to="billing.planprice",
            ),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at", "id"],
                name="subscription_due",
            ),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["price", "id"],
                name="subscription_of_price",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(
                condition=models.Q(("activated_at__isnull", False), ("ended_at", None)),
                fields=("customer",),
                name="subscription_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(
                condition=models.Q(("activated_at", None), ("ended_at", None)),
                fields=("customer",),
                name="subscription_one_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("current_period_end__gt", models.F("current_period_start")),
                    ("current_period_start__gte", models.F("started_at")),
                ),
                name="subscription_runs_forward",
            ),
        ),
        migrations.AddField(
            model_name="pricechange",
            name="new",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="follows",
                to="billing.planprice",
            ),
        ),
        migrations.AddField(
            model_name="pricechange",
            name="old",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="billing.planprice",
            ),
        ),
        migrations.AddField(
            model_name="redemption",
            name="coupon",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uses",
                to="billing.coupon",
            ),
        ),
        migrations.AddField(
            model_name="redemption",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="redemptions",
                to="billing.customer",
            ),
        ),
        migrations.AddField(
            model_name="redemption",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="redemptions",
                to="billing.subscription",
            ),
        ),
        migrations.AddIndex(
            model_name="taxrate",
            index=models.Index(fields=["territory", "valid_from"], name="tax_of_territory"),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__gte", 0), ("percent__lte", 100)),
                name="tax_percent_in_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until", None),
                    ("valid_until__gt", models.F("valid_from")),
                    _connector="OR",
                ),
                name="tax_valid_forward",
            ),
        ),
        migrations.AddField(
            model_name="titlegrant",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="title_grants",
                to="billing.customer",
            ),
        ),
        migrations.AddField(
            model_name="titlegrant",
            name="invoice",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="title_grant",
                to="billing.invoice",
            ),
        ),
        migrations.AddConstraint(
            model_name="titleprice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gt", 0), ("amount_minor__lte", 1000000000000000)
                ),
                name="title_price_in_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="titleprice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "rental"), ("window_hours__gte", 1)),
                    models.Q(("kind", "purchase"), ("window_hours", None)),
                    _connector="OR",
                ),
                name="title_price_window",
            ),
        ),
        migrations.AddConstraint(
            model_name="titleprice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_offered", True)),
                fields=("title_id", "kind", "currency"),
                name="title_price_one_offered",
            ),
        ),
        migrations.AddField(
            model_name="titlegrant",
            name="price",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="grants",
                to="billing.titleprice",
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="title_price",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="billing.titleprice",
            ),
        ),
        migrations.AddConstraint(
            model_name="customerbalance",
            constraint=models.UniqueConstraint(fields=("customer", "currency"), name="balance_one"),
        ),
        migrations.AddConstraint(
            model_name="customerbalance",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gte", 0)), name="balance_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="giftcard",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="gift_card_of_something"
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["status", "due_at"], name="invoice_to_collect"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["customer", "-id"], name="invoice_of_customer"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(fields=("number",), name="invoice_number_once"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ("draft", "open", "paid", "void", "uncollectible"))
                ),
                name="invoice_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["draft", "void"]), ("number__isnull", False), _connector="OR"
                ),
                name="invoice_issued_has_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credit_applied_minor__gte", 0),
                    ("credited_minor__gte", 0),
                    ("credited_minor__lte", models.F("total_minor")),
                    ("discount_minor__gte", 0),
                    ("due_minor__gte", 0),
                    ("paid_minor__gte", 0),
                    ("tax_minor__gte", 0),
                    ("total_minor__gte", 0),
                ),
                name="invoice_amounts_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total_minor",
                        django.db.models.expressions.CombinedExpression(
                            models.F("net_minor"), "+", models.F("tax_minor")
                        ),
                    ),
                    ("total_minor__gt", 0),
                ),
                name="credit_note_adds_up",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgertransfer",
            index=models.Index(
                condition=models.Q(("debit", "credit"), ("credit", "credit"), _connector="OR"),
                fields=["customer", "currency"],
                name="transfer_of_credit",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgertransfer",
            index=models.Index(fields=["occurred_at", "id"], name="transfer_in_time"),
        ),
        migrations.AddConstraint(
            model_name="ledgertransfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="transfer_of_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgertransfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "credit__in",
                        (
                            "receivable",
                            "revenue",
                            "tax",
                            "credit",
                            "gateway",
                            "gift_cards",
                            "promotions",
                            "bad_debt",
                            "disputed",
                            "losses",
                            "fees",
                        ),
                    ),
                    (
                        "debit__in",
                        (
                            "receivable",
                            "revenue",
                            "tax",
                            "credit",
                            "gateway",
                            "gift_cards",
                            "promotions",
                            "bad_debt",
                            "disputed",
                            "losses",
                            "fees",
                        ),
                    ),
                ),
                name="transfer_accounts_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgertransfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("debit", models.F("credit")), _negated=True),
                name="transfer_between_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgertransfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="transfer_currency_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgertransfer",
            constraint=models.UniqueConstraint(
                fields=("reference", "kind", "debit", "credit"), name="transfer_once"
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("told_at", None)), fields=["id"], name="notice_untold"
            ),
        ),
        migrations.AddConstraint(
            model_name="planprice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gte", 0), ("amount_minor__lte", 1000000000000000)
                ),
                name="price_in_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="planprice",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="price_currency_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="planprice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("interval__in", ("day", "week", "month", "year")),
                    ("interval_count__range", (1, 36)),
                ),
                name="price_interval_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="planprice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_offered", True)),
                fields=("plan", "currency", "interval", "interval_count"),
                name="price_one_offered",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricechange",
            constraint=models.UniqueConstraint(fields=("old",), name="price_followed_once"),
        ),
        migrations.AddConstraint(
            model_name="pricechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("old", models.F("new")), _negated=True),
                name="price_followed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="redemption",
            constraint=models.UniqueConstraint(
                fields=("coupon", "customer"), name="coupon_once_a_customer"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credited_net_minor__gte", 0),
                    ("credited_net_minor__lte", models.F("net_minor")),
                    ("credited_tax_minor__gte", 0),
                    ("credited_tax_minor__lte", models.F("tax_minor")),
                ),
                name="invoice_line_credited_at_most_once",
            ),
        ),
        migrations.RunSQL(PRICES_OF_PLANS, migrations.RunSQL.noop),
        # What waits to be checked at the end would keep the tables from being altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="plan",
            name="amount_minor",
        ),
        migrations.RemoveField(
            model_name="plan",
            name="currency",
        ),
        migrations.RemoveField(
            model_name="plan",
            name="interval",
        ),
        migrations.AlterField(
            model_name="subscription",
            name="price",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="subscriptions",
                to="billing.planprice",
            ),
        ),
        migrations.AlterField(
            model_name="subscription",
            name="current_period_start",
            field=models.DateTimeField(),
        ),
        migrations.RunSQL(FOR_GOOD, "DROP FUNCTION billing_for_good() CASCADE"),
    ]
