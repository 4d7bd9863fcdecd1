"""What the plan would be if something changed."""

from matinee.contracts.delivery_overview import WhatIf, WhatIfDraft
from matinee.delivery.models import PackageRecord
from matinee.delivery.queries.steering import facts_now
from matinee.delivery.rules.what_if import Change, what_if
from matinee.kernel import problems


def what_would_be(draft: WhatIfDraft) -> WhatIf:
    """The plan after a change, beside the one of now; NotFound for an edge or title unknown."""
    facts = facts_now()
    unknown = sorted(set(draft.gone) - {way.id for way in facts.ways})
    if unknown:
        raise problems.NotFound("unknown_edge", f"There is no edge named {', '.join(unknown)}.")
    factors = {one.title_id: one.factor for one in draft.demand}
    rows = PackageRecord.objects.filter(title_id__in=factors, newest=True)
    packages = dict(rows.values_list("title_id", "package"))
    if len(packages) < len(factors):
        detail = "Nothing of this title is delivered yet: it has no finished encode."
        raise problems.NotFound("unknown_title", detail)
    by_package = {packages[title_id]: factor for title_id, factor in factors.items()}
    return what_if(facts, Change(frozenset(draft.gone), by_package))
