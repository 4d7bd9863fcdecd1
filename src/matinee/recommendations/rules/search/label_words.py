"""What genres, moods and keywords are called in all languages, to be found by any of them."""

from collections.abc import Iterable

from matinee.contracts.catalog.labels import LabelKind, LabelNames


class LabelWords:
    """The other names of labels; two with the same `digest` know the same."""

    def __init__(self, labels: Iterable[LabelNames] = ()) -> None:
        self._names: dict[tuple[str, str], tuple[str, ...]] = {
            (one.kind, one.label.casefold()): tuple(name.name for name in one.names)
            for one in labels
        }
        self.digest: int = hash(frozenset(self._names.items()))

    def of(self, kind: LabelKind, label: str) -> tuple[str, ...]:
        """A label and whatever else it is called."""
        return (label, *self._names.get((kind, label.casefold()), ()))

    def of_all(self, kind: LabelKind, labels: Iterable[str]) -> list[str]:
        """Likewise of several."""
        return [name for label in labels for name in self.of(kind, label)]


NO_OTHERS = LabelWords()
