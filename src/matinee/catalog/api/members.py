"""Who of the staff makes a request."""

from django.http import HttpRequest

from matinee.catalog.rules.workflow import MACHINE, Member
from matinee.kernel.http.django_edge import caller


def member_of(request: HttpRequest) -> Member:
    """The member of the staff who asks; the command line asks as the machine."""
    who = caller(request)
    if who.is_operator:
        return MACHINE
    return Member(who.account_id, publishes=bool(who.roles & {"owner", "publisher"}))
