"""How urgent a title's film is: what is still to be done of it takes another turn."""

from matinee.contracts.encode_outlooks import EncodePrioritised
from matinee.encoding.models import Priority, Step
from matinee.encoding.rules import turns
from matinee.kernel.databases import transaction_of

_UNDONE = (Step.Status.WAITING, Step.Status.READY, Step.Status.RUNNING)


def title_prioritise(told: EncodePrioritised) -> None:
    """Keep a title's priority, and let its undone steps take their turns by it.

    A step that somebody works on is not taken away: steps are short. It is changed as well, so
    that it keeps its turn where it must be done again.
    """
    turn = turns.turn_of(told.priority)
    with transaction_of("encoding"):
        row, made = Priority.objects.select_for_update().get_or_create(
            title_id=told.title_id, defaults={"turn": turn, "changed_at": told.occurred_at}
        )
        if not made:
            if row.changed_at >= told.occurred_at:
                return
            row.turn, row.changed_at = turn, told.occurred_at
            row.save()
        undone = Step.objects.filter(encode__title_id=told.title_id, encode__status="active")
        undone.filter(status__in=_UNDONE).update(turn=turn)
