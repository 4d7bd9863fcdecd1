"""What genres, moods and keywords are called in other languages: said, and told as a whole."""

from matinee.catalog.actions.families import SERVICE
from matinee.catalog.actions.programme import locked_moment
from matinee.catalog.models import LabelText
from matinee.catalog.queries.labels import label_names
from matinee.contracts.catalog.labels import LABELS_MAX, LabelNames, LabelsChanged
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict


def label_name(wanted: LabelNames) -> None:
    """Say what a label is called in other languages; without names it is as it is written."""
    with transaction_of(SERVICE):
        moment = locked_moment("labels")
        which = {"kind": wanted.kind, "key": wanted.label.casefold()}
        rows = LabelText._default_manager.filter(**which)
        names = [one.model_dump() for one in wanted.names]
        if not names:
            rows.delete()
        elif not rows.update(label=wanted.label, names=names):
            if LabelText._default_manager.count() >= LABELS_MAX:
                code = "too_many_labels"
                detail = f"{LABELS_MAX} labels have names. Take those of one away first."
                raise Conflict(code, detail)
            LabelText._default_manager.create(**which, label=wanted.label, names=names)
        announce(SERVICE, LabelsChanged(occurred_at=moment, labels=label_names()))
