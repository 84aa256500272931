"""The index of the site's search: for each content object and language the folded words, found by trigrams.

It is written in the transaction that saves the object, and by the worker for what was written past `save`. It holds
words alone: whoever searches reads the objects themselves, by what is public at that moment (site/search.py).
PostgreSQL has a GIN index with pg_trgm, SQLite a table of FTS5 that triggers keep (migration 0001). See
docs/decisions/0026.
"""

from collections.abc import Sequence
from typing import Any, Self

from django.db import connection, models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from nejtilbander.i18n.languages import CODES, SOURCE
from nejtilbander.publishing.models import ContentModel, content_models
from nejtilbander.text.normalization import index_text
from nejtilbander.text.prose import to_plain_text

TRIGRAMS = "nejtilbander_searchentry_trigrams"  # SQLite's FTS5 table
MIN_PART = 3  # characters; a shorter word is looked for with the space before it, a single letter with both


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def public(self, language: str) -> Self:
        now = timezone.now()
        shown = Q(hidden_from=None) | Q(hidden_from__gt=now)
        return self.filter(shown, language=language, public_from__lte=now)


class _WordSimilarity(models.Func):
    function = "word_similarity"
    output_field = models.FloatField()


class SearchEntry(models.Model):
    """One object in one language. `kind` and `object_id` name it, as in `Version`.

    Without `public_from` it is found by nobody. `title` and `words` are `index_text`; they come last, because SQLite
    reads a row up to the column that was asked for.
    """

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    language = models.CharField(max_length=3)
    public_from = models.DateTimeField(null=True)
    hidden_from = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()  # the object's
    title = models.TextField()
    words = models.TextField()

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "object_id", "language"], name="search_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.language}"


def holding(language: str, column: str, words: list[str]) -> models.QuerySet[SearchEntry]:
    """Those that are public now and have every one of the folded `words` in `column`, "title" or "words"."""
    parts = [_part(word) for word in words]
    entries = SearchEntry.objects.public(language)
    if connection.vendor == "sqlite":
        return _matching(language, " AND ".join(f'{column} : "{part}"' for part in parts))
    return entries.filter(*(Q(**{f"{column}__contains": part}) for part in parts))


def like(language: str, word: str) -> models.QuerySet[SearchEntry]:
    """Those that are public now and have trigrams of the folded `word` in their title, the most alike first."""
    grams = sorted({word[at : at + 3] for at in range(len(word) - 2)}) or [_part(word)]
    entries = SearchEntry.objects.public(language)
    if connection.vendor == "sqlite":
        return _matching(language, " OR ".join(f'title : "{gram}"' for gram in grams), order_by=[f"{TRIGRAMS}.rank"])
    found = entries.filter(Q(*(("title__contains", gram) for gram in grams), _connector=Q.OR))
    return found.order_by(_WordSimilarity(models.Value(word), "title").desc())


def _matching(language: str, expression: str, order_by: Sequence[str] = ()) -> models.QuerySet[SearchEntry]:
    """Those that are public now and that FTS5 finds by `expression`, made of folded words between quotation marks."""
    where = [f"{TRIGRAMS}.rowid = {SearchEntry._meta.db_table}.id", f"{TRIGRAMS} MATCH %s"]
    return SearchEntry.objects.public(language).extra(  # noqa: S610 - the names are our own
        tables=[TRIGRAMS], where=where, params=[expression], order_by=order_by
    )


def _part(word: str) -> str:
    return word if len(word) >= MIN_PART else f" {word}".ljust(MIN_PART)


def index(obj: ContentModel) -> None:
    """Writes the entries of `obj` as it is in the database, in the caller's transaction. One statement."""
    ends = [moment for moment in (obj.withdrawn_at, obj.public_until) if moment]
    SearchEntry.objects.bulk_create(
        [
            SearchEntry(
                kind=obj._meta.label_lower, object_id=obj.pk, language=language,
                public_from=obj.public_from if obj.is_searchable else None, hidden_from=min(ends, default=None),
                updated_at=obj.updated_at, title=_title(obj, language), words=getattr(obj, f"search_text_{language}"),
            )
            for language in CODES
        ],
        update_conflicts=True, unique_fields=["kind", "object_id", "language"],
        update_fields=["public_from", "hidden_from", "updated_at", "title", "words"],
    )  # fmt: skip


def _title(obj: ContentModel, language: str) -> str:
    heading = obj.content_fields[0]
    own, danish = (getattr(obj, f"{heading}_{code}") or "" for code in (language, SOURCE))
    return index_text(to_plain_text(own or danish))


def on_saved(sender: type[ContentModel], instance: ContentModel, **kwargs: Any) -> None:
    """Receiver of post_save of every content model."""
    index(instance)


def on_deleted(sender: type[ContentModel], instance: ContentModel, **kwargs: Any) -> None:
    """Receiver of post_delete of every content model."""
    SearchEntry.objects.filter(kind=instance._meta.label_lower, object_id=instance.pk).delete()


def catch_up() -> int:
    """Indexes what was written past `save`, and forgets what is gone: a task of the worker. Returns how many."""
    changed = 0
    for model in content_models():
        entries = SearchEntry.objects.filter(kind=model._meta.label_lower)
        current = entries.filter(object_id=OuterRef("pk"), updated_at=OuterRef("updated_at"))
        for obj in model._default_manager.filter(~Exists(current)):
            index(obj)
            changed += 1
        present = model._default_manager.filter(pk=OuterRef("object_id"))
        changed += bool(entries.filter(~Exists(present)).delete()[0])
    return changed
