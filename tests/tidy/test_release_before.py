"""Migrations leave the release before alone: it goes on with the records while an upgrade runs.

It reads and writes by the models that it has, so nothing of these may go, change its name or become
narrower, and what is new must be there by itself in rows that it writes. Which migrations it knew
stands in `release_before.json`; a release brings that file up to its own. A migration that may
break a rule says in `excuse` why the release before bears it.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from django.db.models.fields import NOT_PROVIDED

KNOWN: dict[str, str] = json.loads(Path(__file__).with_name("release_before.json").read_text())
_GOES = (
    migrations.DeleteModel,
    migrations.RenameModel,
    migrations.AlterModelTable,
)
_OF_A_TABLE = (migrations.AddConstraint, migrations.AlterUniqueTogether)


def breaks(operation: Operation, before: ProjectState, app: str) -> Iterator[str]:
    """What the release before, whose models are `before`, would not bear."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from breaks(inner, before, app)
    if isinstance(operation, migrations.RunSQL):
        yield "nobody can tell what this SQL does to it"
    name = getattr(operation, "model_name", "") or getattr(operation, "old_name", "")
    name = name or getattr(operation, "name", "")
    model = before.models.get((app, str(name).lower()))
    if model is None:
        return
    if isinstance(operation, _GOES):
        yield f"it reads and writes {model.name}"
    elif isinstance(operation, _OF_A_TABLE):
        yield f"it may write what a new constraint of {model.name} refuses"
    else:
        yield from _breaks_a_field(operation, model)


def _breaks_a_field(operation: Operation, model: ModelState) -> Iterator[str]:
    match operation:
        case migrations.AddField():
            field = operation.field
            if not (field.null or field.many_to_many or field.db_default is not NOT_PROVIDED):
                yield f"it writes {model.name} without {operation.name}: null=True or db_default=…"
        case migrations.RemoveField() if operation.name in model.fields:
            yield f"it reads and writes {model.name}.{operation.name}"
        case migrations.RenameField() if operation.old_name in model.fields:
            yield f"it reads and writes {model.name}.{operation.old_name}"
        case migrations.AlterField() if operation.name in model.fields:
            yield from _narrows(model, operation.name, operation.field)


def _narrows(model: ModelState, name: str, new: models.Field) -> Iterator[str]:  # type: ignore[type-arg]
    old = model.fields[name]
    if old.get_internal_type() != new.get_internal_type():
        yield f"it knows {model.name}.{name} as {old.get_internal_type()}"
    if old.null and not new.null:
        yield f"it may leave {model.name}.{name} empty"
    if new.unique and not old.unique:
        yield f"it may write {model.name}.{name} twice"
    if new.max_length is not None and new.max_length < (old.max_length or new.max_length + 1):
        yield f"it may write more into {model.name}.{name}"


def _found(loader: MigrationLoader) -> Iterator[str]:
    for app, known in KNOWN.items():
        before = loader.project_state((app, known))
        [leaf] = [node for node in loader.graph.leaf_nodes() if node[0] == app]
        old = set(loader.graph.forwards_plan((app, known)))
        for key in loader.graph.forwards_plan(leaf):
            migration = loader.graph.nodes[key]
            if key in old or key[0] != app or getattr(migration, "excuse", ""):
                continue
            for operation in migration.operations:
                for why in breaks(operation, before, app):
                    yield f"{app}/{key[1]}: {operation.describe()}: {why}"


def test_the_release_before_bears_every_migration_since() -> None:
    loader = MigrationLoader(None)
    assert {app for app, _ in loader.graph.leaf_nodes()} >= set(KNOWN)
    found = list(_found(loader))
    assert not found, "\n".join(found)


FILM = ModelState(
    "library",
    "Film",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=20, null=True)),
        ("year", models.IntegerField()),
    ],
)
BORNE = [
    migrations.CreateModel("Reel", [("id", models.BigAutoField(primary_key=True))]),
    migrations.AddField("Film", "note", models.TextField(null=True)),
    migrations.AddField("Film", "stars", models.IntegerField(db_default=0)),
    migrations.AddField("Reel", "length", models.IntegerField()),
    migrations.AlterField("Film", "name", models.CharField(max_length=40, null=True)),
    migrations.AlterField("Film", "year", models.IntegerField(null=True)),
    migrations.AddIndex("Film", models.Index(fields=["year"], name="film_year")),
    migrations.RemoveField("Film", "added_since"),
    migrations.RunPython(migrations.RunPython.noop),
]
NOT_BORNE = [
    (migrations.DeleteModel("Film"), "reads and writes Film"),
    (migrations.RenameModel("Film", "Movie"), "reads and writes Film"),
    (migrations.AlterModelTable("Film", "movies"), "reads and writes Film"),
    (migrations.RemoveField("Film", "year"), "reads and writes Film.year"),
    (migrations.RenameField("Film", "year", "made"), "reads and writes Film.year"),
    (migrations.AddField("Film", "stars", models.IntegerField(default=0)), "without stars"),
    (migrations.AlterField("Film", "year", models.TextField()), "as IntegerField"),
    (migrations.AlterField("Film", "name", models.CharField(max_length=20)), "leave Film.name"),
    (migrations.AlterField("Film", "name", models.CharField(max_length=9, null=True)), "more into"),
    (migrations.AlterField("Film", "year", models.IntegerField(unique=True)), "year twice"),
    (migrations.AlterUniqueTogether("Film", {("name", "year")}), "a new constraint"),
    (
        migrations.AddConstraint(
            "Film", models.UniqueConstraint(fields=["name"], name="film_named_once")
        ),
        "a new constraint",
    ),
    (migrations.RunSQL("ALTER TABLE library_film DROP year"), "nobody can tell"),
    (
        migrations.SeparateDatabaseAndState([migrations.RemoveField("Film", "year")]),
        "reads and writes Film.year",
    ),
]


def library() -> ProjectState:
    state = ProjectState()
    state.add_model(FILM.clone())
    return state


@pytest.mark.parametrize("operation", BORNE, ids=lambda each: each.describe())
def test_what_is_borne(operation: Operation) -> None:
    assert not list(breaks(operation, library(), "library"))


@pytest.mark.parametrize(("operation", "why"), NOT_BORNE, ids=lambda each: str(each)[:40])
def test_what_is_not_borne(operation: Operation, why: str) -> None:
    [said] = breaks(operation, library(), "library")
    assert why in said
