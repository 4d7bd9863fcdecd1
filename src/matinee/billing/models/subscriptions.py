"""Who has agreed on what. What a subscription is called follows from its moments, in `rules`."""

from django.db import models
from django.db.models import F, Q

from matinee.billing.models.plans import Plan, PlanPrice, TitlePrice
from matinee.kernel.records import Record
from matinee.kernel.sealed_fields import SealedText


class Customer(Record):
    """An account, by id only, with what invoices need; locked while anything of it changes."""

    account_id = models.UUIDField(unique=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    territory = models.CharField(max_length=6, default="")
    name = SealedText(owner="account_id", default="")
    address = SealedText(owner="account_id", default="")
    email = SealedText(owner="account_id", default="")
    can_be_charged = models.BooleanField(default=False)


class Subscription(Record):
    """An agreement on a plan; the newest of a customer counts.

    `plan` is what is given now, `price` what the present period was charged at, `next_price`
    what the next one will be, from `next_price_from` on if that is later. Not activated: waits
    for its first payment. `due_at` is when something is to be done by itself: at a
    period's end only if that is paid by then.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="subscriptions")
    # Without indexes, which each renewal would write twice: `subscription_of_price` has who runs.
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="subscriptions", db_index=False)
    price = models.ForeignKey(
        PlanPrice, models.PROTECT, related_name="subscriptions", db_index=False
    )
    next_price = models.ForeignKey(
        PlanPrice, models.PROTECT, related_name="+", null=True, db_index=False
    )
    next_price_from = models.DateTimeField(null=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    started_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    trial_ends_at = models.DateTimeField(null=True)
    anchor_at = models.DateTimeField()
    current_period_start = models.DateTimeField()
    current_period_end = models.DateTimeField()
    paid_until = models.DateTimeField(null=True)
    grace_until = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    paused_from = models.DateTimeField(null=True)
    resumes_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, default="")
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(ended_at=None, activated_at__isnull=False),
                name="subscription_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(ended_at=None, activated_at=None),
                name="subscription_one_order",
            ),
            models.CheckConstraint(
                condition=Q(current_period_end__gt=F("current_period_start"))
                & Q(current_period_start__gte=F("started_at")),
                name="subscription_runs_forward",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="subscription_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="subscription_due"
            ),
            models.Index(
                fields=["price", "id"], condition=Q(ended_at=None), name="subscription_of_price"
            ),
        ]


class Coupon(Record):
    """A percentage or an amount off the invoices of some months (None: of all)."""

    code = models.CharField(max_length=40, unique=True)
    percent = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="")
    rounding = models.CharField(max_length=7, default="half_up")
    months = models.PositiveSmallIntegerField(null=True)
    audience = models.CharField(max_length=9, default="anyone")
    returning_after_days = models.PositiveSmallIntegerField(default=0)
    redeem_by = models.DateTimeField(null=True)
    redemptions_max = models.PositiveIntegerField(null=True)
    redemptions = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                # PostgreSQL takes a check that comes to NULL as kept: each column says whether
                # it is there.
                condition=Q(
                    percent__isnull=False,
                    percent__gt=0,
                    percent__lte=100,
                    amount_minor=None,
                    currency="",
                )
                | Q(
                    percent=None,
                    amount_minor__isnull=False,
                    amount_minor__gt=0,
                    currency__regex=r"^[A-Z]{3}$",
                ),
                name="coupon_percent_or_amount",
            ),
            models.CheckConstraint(
                condition=Q(redemptions_max=None) | Q(redemptions__lte=F("redemptions_max")),
                name="coupon_not_overdrawn",
            ),
            models.CheckConstraint(
                condition=Q(audience__in=["anyone", "new", "returning"]),
                name="coupon_audience_known",
            ),
        ]


class Redemption(Record):
    """A coupon in use; takes from what is charged for periods beginning in its time."""

    coupon = models.ForeignKey(Coupon, models.PROTECT, related_name="uses")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="redemptions")
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="redemptions")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coupon", "customer"], name="coupon_once_a_customer"),
        ]


class TitleGrant(Record):
    """A rental or purchase that was paid for."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="title_grants")
    price = models.ForeignKey(TitlePrice, models.PROTECT, related_name="grants")
    invoice = models.OneToOneField(
        "billing.Invoice", models.PROTECT, related_name="title_grant", null=True
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)


class Notice(Record):
    """Something that a customer must be told: a price that changes, a trial that ends."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="notices")
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="notices", null=True
    )
    kind = models.CharField(max_length=30)
    data = models.JSONField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(told_at=None), name="notice_untold"),
        ]
