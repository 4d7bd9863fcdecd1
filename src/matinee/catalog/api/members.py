"""Who of the staff makes a request."""

from django.http import HttpRequest

from matinee.catalog.rules.workflow import Member, staff_member
from matinee.kernel.http.django_edge import caller


def member_of(request: HttpRequest) -> Member:
    """The member of the staff who asks."""
    return staff_member(caller(request))
