"""Columns of records whose texts are sealed at rest, read and written as ordinary strings.

A sealed text cannot be searched, compared or sorted by the database; one that must be found
has a blind index beside it. Names in `update()` and `filter()` are refused by the types.
"""

from typing import TYPE_CHECKING, Any, NamedTuple, cast
from uuid import UUID

from django.db import IntegrityError, connections, models
from django.db.models.query_utils import DeferredAttribute

from matinee.kernel import blinding, sealing

if TYPE_CHECKING:
    # Only what checks types knows that fields have parameters.
    _TextField = models.Field[str, str]
    _BytesField = models.BinaryField[bytes, bytes]
else:
    _TextField = models.Field
    _BytesField = models.BinaryField


class Sealed(NamedTuple):
    """A text as it lies in the database."""

    envelope: bytes


def opened(table: type[models.Model], column: str, row: UUID, owner: UUID, envelope: bytes) -> str:
    """A text of the account `owner` that a statement of one's own read."""
    if not envelope:
        return ""
    return sealing.unseal(owner, sealing.Place(table._meta.db_table, column, row), envelope)


class _Opening(DeferredAttribute):
    """Opens a column's text when it is first looked at."""

    field: "SealedText"

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, owner)
        if isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = self.field.opened(instance, value)
        return value

    # With it, Python asks `__get__` although the instance has a value of this name.
    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = value


class SealedText(_TextField):
    """A text that is sealed with the data key of the account whose id is the attribute `owner`.

    An empty text is kept as it is: that there is none is no secret.
    """

    descriptor_class = _Opening

    def __init__(self, *args: Any, owner: str, **options: Any) -> None:
        self.owner = owner
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        """See Django: how a migration makes this field."""
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "owner": self.owner}

    def from_db_value(self, value: bytes | None, *_context: object) -> Sealed | None:
        """See Django: what an instance holds before it is looked at."""
        return None if value is None else Sealed(bytes(value))

    def pre_save(self, instance: models.Model, add: bool) -> Any:  # noqa: ARG002, FBT001 - Django's
        """Seal what was set, and leave alone what nobody looked at."""
        value = instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        if not value:
            return Sealed(b"")
        return Sealed(sealing.seal(self._owner_of(instance), self._place(instance), value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's
        """See Django. TypeError for a text that comes past `pre_save`, and would not be sealed."""
        if value == "":
            value = b""
        if isinstance(value, str):
            msg = f"{self.name} is sealed: set it on a row and save that, or use its blind index"
            raise TypeError(msg)
        bare = value.envelope if isinstance(value, Sealed) else value
        return super().get_db_prep_value(bare, connection, prepared)

    def get_internal_type(self) -> str:
        """See Django: the database's type is that of bytes."""
        return "BinaryField"

    def opened(self, instance: models.Model, value: Sealed) -> str:
        """The text; UnreadableError where that cannot be."""
        if not value.envelope:
            return ""
        place = self._place(instance)
        return sealing.unseal(self._owner_of(instance), place, value.envelope)

    def _owner_of(self, instance: models.Model) -> UUID:
        owner: UUID = getattr(instance, self.owner)
        return owner

    def _place(self, instance: models.Model) -> sealing.Place:
        return sealing.Place(instance._meta.db_table, str(self.column), instance.pk)


class BlindIndex(_BytesField):
    """The blind index of the sealed column `of`, made anew whenever both are saved.

    No two rows say the same: while the index has several keys, the database alone could not
    tell. Of a text that is not known (None) the index stays as it is.
    """

    def __init__(self, *args: Any, of: str, **options: Any) -> None:
        self.of = of
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        """See Django: how a migration makes this field."""
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "of": self.of}

    def pre_save(self, instance: models.Model, add: bool) -> Any:  # noqa: ARG002, FBT001 - Django's
        """The index of what the sealed column says now; IntegrityError if another row says it."""
        text = getattr(instance, self.of)
        if text is None:
            return getattr(instance, self.attname)
        newest, *older = self.of_text(text)
        if older:
            self._claim(instance, newest, older)
        setattr(instance, self.attname, newest)
        return newest

    def of_text(self, text: str) -> list[bytes]:
        """What to look for, to find the row that says `text`; the first is what is written."""
        return blinding.blind(f"{self.model._meta.db_table}.{self.of}", text)

    def is_old(self, instance: models.Model) -> bool:
        """Whether a row's index is not with the newest key; of what nobody can read it never is."""
        try:
            text = getattr(instance, self.of)
        except sealing.UnreadableError:
            return False
        kept = bytes(getattr(instance, self.attname))
        return text is not None and kept != self.of_text(text)[0]

    def owner_of(self, instance: models.Model) -> UUID:
        """The account whose data key seals what the index is of."""
        indexed = cast("SealedText", self.model._meta.get_field(self.of))
        owner: UUID = getattr(instance, indexed.owner)
        return owner

    def _claim(self, instance: models.Model, newest: bytes, older: list[bytes]) -> None:
        """Be alone with what a row says until its transaction ends, and see that no other has it.

        Of two processes one may write with a key already with which the other will in a second.
        """
        table = type(instance)._default_manager
        lock = int.from_bytes(min(newest, *older)[:8], signed=True)
        with connections[self.model._meta.app_label].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
        others = table.filter(**{f"{self.attname}__in": [newest, *older]})
        if others.exclude(pk=instance.pk).exists():
            msg = f"another row of {self.model._meta.db_table} has the same {self.of}"
            raise IntegrityError(msg)


def indexes_of(table: type[models.Model], index: str, text: str) -> list[bytes]:
    """What to look for in a table's blind index, to find the row that says `text`."""
    return cast("BlindIndex", table._meta.get_field(index)).of_text(text)
