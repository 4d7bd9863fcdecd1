"""What can be subscribed to, and what it costs. Agreed prices never change; a new one follows."""

from typing import get_args

from django.db import models
from django.db.models import F, Q

from matinee.billing.rules.calendar import Alignment, Interval
from matinee.billing.rules.pricing import Manner
from matinee.kernel.copies import Copy
from matinee.kernel.records import Record

MINOR_UNITS_MAX = 10**15


class Plan(Record):
    """What a subscription gives, and how it is changed for another."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    description = models.TextField(max_length=500)
    trial_days = models.PositiveSmallIntegerField(default=0)
    streams_at_once = models.PositiveSmallIntegerField()
    height_max = models.PositiveIntegerField()
    profiles = models.PositiveSmallIntegerField(default=5)
    downloads = models.PositiveSmallIntegerField(default=0)
    extra_members = models.PositiveSmallIntegerField(default=0)
    has_ads = models.BooleanField(default=False)
    upgrades = models.CharField(max_length=7, default="renewal")
    downgrades = models.CharField(max_length=7, default="renewal")
    alignment = models.CharField(max_length=11, default="anniversary")
    is_offered = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(streams_at_once__gte=1, height_max__gte=1, profiles__gte=1),
                name="plan_gives_something",
            ),
            models.CheckConstraint(
                condition=Q(upgrades__in=get_args(Manner), downgrades__in=get_args(Manner)),
                name="plan_change_known",
            ),
            models.CheckConstraint(
                condition=Q(alignment__in=get_args(Alignment)), name="plan_alignment_known"
            ),
        ]


class PlanPrice(Record):
    """What a plan costs in one currency for one interval."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="prices")
    currency = models.CharField(max_length=3)
    interval = models.CharField(max_length=5)
    interval_count = models.PositiveSmallIntegerField(default=1)
    amount_minor = models.BigIntegerField()
    is_offered = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, amount_minor__lte=MINOR_UNITS_MAX),
                name="price_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="price_currency_code"
            ),
            models.CheckConstraint(
                condition=Q(interval__in=get_args(Interval), interval_count__range=(1, 36)),
                name="price_interval_known",
            ),
            models.UniqueConstraint(
                fields=["plan", "currency", "interval", "interval_count"],
                condition=Q(is_offered=True),
                name="price_one_offered",
            ),
        ]


class PriceChange(Record):
    """An offered price that is followed by another; reaches subscribers after their notice."""

    old = models.ForeignKey(PlanPrice, models.PROTECT, related_name="followed_by")
    new = models.ForeignKey(PlanPrice, models.PROTECT, related_name="follows")
    effective_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old"], name="price_followed_once"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="price_followed_by_another"),
        ]


class TaxRate(Record):
    """A tax of a territory: ISO 3166-1 alpha-2, or 3166-2 for a part of one (CA-QC)."""

    territory = models.CharField(max_length=6)
    name = models.CharField(max_length=40)
    percent = models.DecimalField(max_digits=7, decimal_places=4)
    inclusive = models.BooleanField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="tax_percent_in_bounds"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="tax_valid_forward",
            ),
        ]
        indexes = [models.Index(fields=["territory", "valid_from"], name="tax_of_territory")]


class TitlePrice(Record):
    """What it costs to rent or buy a title; `window_hours` is how long a rental plays."""

    title_id = models.UUIDField()
    kind = models.CharField(max_length=8)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    window_hours = models.PositiveIntegerField(null=True)
    is_offered = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, amount_minor__lte=MINOR_UNITS_MAX),
                name="title_price_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(kind="rental", window_hours__isnull=False, window_hours__gte=1)
                | Q(kind="purchase", window_hours=None),
                name="title_price_window",
            ),
            models.UniqueConstraint(
                fields=["title_id", "kind", "currency"],
                condition=Q(is_offered=True),
                name="title_price_one_offered",
            ),
        ]


class TitleName(Copy):
    """What a title is called, as the catalogue told last; its id is the title's."""

    name = models.CharField(max_length=300)
