"""More kinds of titles, words and artwork in more languages, ratings, others' numbers, search."""

import unicodedata

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_BATCH = 500


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")


def fill_search_text(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let the titles that are there be found: by their names and addresses."""
    titles = apps.get_model("catalog", "Title")._default_manager.using(
        schema_editor.connection.alias
    )
    batch = []
    for title in titles.only("name", "slug").iterator(chunk_size=_BATCH):
        title.search_text = f" {_folded(title.name)} {title.slug}"
        batch.append(title)
        if len(batch) == _BATCH:
            titles.bulk_update(batch, ["search_text"])
            batch = []
    titles.bulk_update(batch, ["search_text"])


def once(field: str) -> migrations.AddConstraint:
    """No two titles have the same number in somebody else's records."""
    return migrations.AddConstraint(
        model_name="title",
        constraint=models.UniqueConstraint(
            condition=models.Q((field, ""), _negated=True),
            fields=(field,),
            name=f"catalog_{field}_once",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_other_looks")]

    operations = [
        TrigramExtension(),
        migrations.RemoveConstraint(model_name="title", name="catalog_title_kind"),
        migrations.AddField(
            model_name="title",
            name="keywords",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), default=list, size=None
            ),
        ),
        migrations.AddField(model_name="title", name="texts", field=models.JSONField(default=list)),
        migrations.AddField(
            model_name="title", name="ratings", field=models.JSONField(default=dict)
        ),
        migrations.AddField(
            model_name="title",
            name="eidr",
            field=models.CharField(blank=True, default="", max_length=34),
        ),
        migrations.AddField(
            model_name="title",
            name="imdb",
            field=models.CharField(blank=True, default="", max_length=12),
        ),
        migrations.AddField(
            model_name="title",
            name="tmdb",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
        migrations.AddField(
            model_name="title",
            name="search_text",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="title", name="local_artwork", field=models.JSONField(default=dict)
        ),
        migrations.AddField(
            model_name="title",
            name="belongs_to",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="extras",
                to="catalog.title",
            ),
        ),
        migrations.CreateModel(
            name="CollectionEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="catalog.title",
                    ),
                ),
                (
                    "title",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stands_in",
                        to="catalog.title",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("collection", "title"), name="catalog_in_collection_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="credit",
            name="character",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AlterField(
            model_name="credit", name="role", field=models.CharField(max_length=16)
        ),
        migrations.RunPython(fill_search_text, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="title",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            *("film", "short", "series", "episode"),
                            *("trailer", "extra", "collection"),
                        ],
                    )
                ),
                name="catalog_title_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="title",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("belongs_to__isnull", False), ("kind__in", ["trailer", "extra"])),
                    models.Q(
                        models.Q(("kind__in", ["trailer", "extra"]), _negated=True),
                        ("belongs_to__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="catalog_title_belongs",
            ),
        ),
        *map(once, ("eidr", "imdb", "tmdb")),
        migrations.AddIndex(
            model_name="title",
            index=models.Index(fields=["status", "-id"], name="catalog_title_by_status"),
        ),
        migrations.AddIndex(
            model_name="title",
            index=models.Index(fields=["kind", "-id"], name="catalog_title_by_kind"),
        ),
        migrations.AddIndex(
            model_name="title",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_text"],
                name="catalog_title_by_letters",
                opclasses=["gin_trgm_ops"],
            ),
        ),
    ]
