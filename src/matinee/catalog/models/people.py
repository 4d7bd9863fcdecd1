"""Who made titles or is seen in them."""

from django.db import models

from matinee.catalog.models.titles import Title
from matinee.kernel.records import Record


class Person(Record):
    """Somebody who made titles or is seen in them."""

    name = models.CharField(max_length=60, unique=True)


class Credit(Record):
    """What a person did for a title, in the order in which it is shown."""

    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="credits")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="credits")
    role = models.CharField(max_length=16)
    # Whom they play; empty where they do not.
    character = models.CharField(max_length=60, default="", blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["title", "person", "role"], name="catalog_credited_once"
            ),
        ]
