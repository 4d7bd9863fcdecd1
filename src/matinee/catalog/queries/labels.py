"""Genres, moods and keywords: which there are, and what they are called in a language."""

from typing import cast

from django.db import connections

from matinee.catalog.models import LabelText
from matinee.contracts.catalog.labels import (
    InLanguage,
    LabelKind,
    LabelName,
    LabelNames,
    LabelUse,
    labels_in,
)

# Of a kind, those of most titles; nobody looks through more.
_SHOWN_MAX = 1_000
_COUNTED = """
SELECT lower(label), min(label), count(*)
FROM catalog_title, unnest({column}) AS label
GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT %s
"""
# Written out, as a column is no value that could be handed over.
_COUNTS: dict[LabelKind, str] = {
    "genre": _COUNTED.format(column="genres"),
    "mood": _COUNTED.format(column="moods"),
    "keyword": _COUNTED.format(column="keywords"),
}


def label_names() -> list[LabelNames]:
    """Every label that is called something else in some language."""
    rows = LabelText._default_manager.order_by("kind", "key")
    return [
        LabelNames.model_construct(
            kind=cast("LabelKind", kind),
            label=label,
            names=[LabelName.model_construct(**name) for name in names],
        )
        for kind, label, names in rows.values_list("kind", "label", "names")
    ]


def labels_read(language: str) -> InLanguage:
    """What labels are called by somebody who reads a language; one query."""
    return labels_in(label_names(), language)


def label_uses(kind: LabelKind) -> list[LabelUse]:
    """The labels of a kind with their names, those of most titles first; two queries."""
    with connections["catalog"].cursor() as cursor:
        cursor.execute(_COUNTS[kind], [_SHOWN_MAX])
        counted = {str(label).casefold(): (label, count) for _, label, count in cursor.fetchall()}
    known = {one.label.casefold(): one for one in label_names() if one.kind == kind}
    unused = {key: (one.label, 0) for key, one in known.items() if key not in counted}
    return [
        LabelUse(
            kind=kind, label=label, titles=count, names=known[key].names if key in known else []
        )
        for key, (label, count) in {**counted, **unused}.items()
    ]
