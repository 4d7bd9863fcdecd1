"""What people search for, as their pages tell it."""

from uuid import UUID

from matinee.contracts.figures import SearchTold
from matinee.insights.actions.aliases import alias_of
from matinee.insights.actions.facts import facts_add
from matinee.insights.actions.plays import is_forgotten
from matinee.insights.rules import facts
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of


def search_take(profile_id: UUID, told: SearchTold) -> None:
    """Keep a search that somebody stayed with; nothing of a profile that is gone."""
    # The same words are one search, however they are written.
    words = map(_printable, told.query.casefold().split())
    query = " ".join(word for word in words if word)
    with transaction_of("insights"):
        if not query or is_forgotten(profile_id):
            return
        fact = {
            "happened_at": clock.now(),
            "who": alias_of(profile_id),
            "query": query,
            "found": told.found,
            "taken": told.taken,
        }
        facts_add(facts.SEARCH, [fact])


def _printable(word: str) -> str:
    return "".join(sign for sign in word if sign.isprintable())
