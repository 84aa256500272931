"""How our own code may name what is translated.

An expression or a list of columns that says "title", where it must say in which language, works for a while and then
shows readers the wrong one: django-modeltranslation rewrites some of them, some only on the model itself, some never.
"""

import ast
import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import aggregates, functions
from modeltranslation.translator import translator

from nejtilbander.editorial.list_search import WorkingCopySearchMixin
from nejtilbander.i18n.languages import CODES
from tests.support.live_server import ROOT

TRANSLATED = {
    model: set(translator.get_options_for_model(model).get_field_names())
    for model in translator.get_registered_models(abstract=False)
}
NAMES = set().union(*TRANSLATED.values())
COLUMNS = {f"{name}_{code}" for name in NAMES for code in CODES}
MODELS = {model.__name__: model for model in apps.get_models()}
EXPRESSIONS = {"F", "OuterRef", "Q", *functions.__all__, *aggregates.__all__}
ASKING = {
    "values", "values_list", "order_by", "annotate", "aggregate", "filter", "exclude", "only", "defer", "distinct",
    "earliest", "latest", "in_bulk", "get", "update", "create", "get_or_create", "update_or_create",
}  # fmt: skip
OF_DICTIONARIES_TOO = {"get", "update"}  # so only what is given by keyword counts
PAST_ITS_SAVE = {"bulk_create", "bulk_update"}  # then nobody tidies the text, and search does not find it
PAST_THE_MODELS = {"raw", "extra", "RawSQL"}
CODE = [
    path for room in ("nejtilbander", "pages", "events") for path in sorted((ROOT / room).rglob("*.py"))
    if "migrations" not in path.parts
]  # fmt: skip


def is_bare(lookup, model=None):
    """Whether `lookup` leads through a translated field without saying in which language. `model`: where it begins."""
    for piece in lookup.lstrip("-").split("__"):
        if piece in (TRANSLATED.get(model, set()) if model else NAMES):
            return True
        try:
            model = model and (model._meta.get_field(piece).related_model or model)
        except FieldDoesNotExist:
            return False  # a word about the field, as in "starts_at__gte"
    return False


def words_of(call, method):
    """The columns `call` names, as far as they can be read."""
    keywords = {one.arg: one.value for one in call.keywords if one.arg}
    if method == "save":
        given = ast.walk(keywords["update_fields"]) if "update_fields" in keywords else []
        return [one.value for one in given if isinstance(one, ast.Constant)]
    words = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    is_row = isinstance(call.func, ast.Name) and method in MODELS  # our Count, not Django's
    return [*([] if method in OF_DICTIONARIES_TOO else words), *([] if is_row else keywords)]


def begins_with(call):
    """(name, model) of what a chain of calls begins with, as in Page.objects.public().filter()."""
    model = None
    while isinstance(call, ast.Call | ast.Attribute):
        model = MODELS.get(getattr(call, "attr", ""), model)
        call = call.func if isinstance(call, ast.Call) else call.value
    name = getattr(call, "id", "")
    return name, MODELS.get(name, model)


def errors(code):
    """What `code` says of translated fields without saying in which language, or past what keeps them whole."""
    found = []
    for call in (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)):
        is_method = isinstance(call.func, ast.Attribute)
        method = getattr(call.func, "attr", getattr(call.func, "id", ""))
        name, model = begins_with(call.func)
        words = words_of(call, method)
        if method == "save":
            found += [f"{method} {word}" for word in words if word in NAMES | COLUMNS]
        elif method in PAST_ITS_SAVE | PAST_THE_MODELS:
            found += [method] if model is None or model in TRANSLATED else []
        elif method in EXPRESSIONS or (is_method and method in ASKING and (name, method) != ("register", "filter")):
            model = model if is_method and method in ASKING else None
            found += [f"{method} {word}" for word in words if is_bare(word, model)]
    return found


@pytest.mark.parametrize(
    "line",
    [
        'rows.annotate(found=F("title"))', 'Lower("title")', 'Coalesce("title_en", "title")', 'Q(body__contains="x")',
        'rows.values("initiative__title")', 'Update.objects.values_list("initiative__title", flat=True)',
        'Page.objects.order_by("-title")', 'Page.objects.public().filter(title="x")', 'rows.exclude(body="")',
        'Page.objects.create(title="x")', 'Page.objects.filter(pk=1).update(title="x")', 'rows.only("slug", "title")',
        'page.save(update_fields=["title_da"])', "Page.objects.bulk_create(pages)", 'Page.objects.raw("SELECT title")',
        'rows.aggregate(Max("summary"))', 'Subquery(rows.values("title")[:1])', 'OuterRef("page__title")',
    ],
)  # fmt: skip
def test_each_way_of_forgetting_the_language_is_found(line):
    assert errors(line)


@pytest.mark.parametrize(
    "line",
    [
        'F("title_da")', 'Page.objects.order_by("slug")', 'Update.objects.filter(initiative__slug="x")',
        'Rendition.objects.values_list("body", flat=True)', 'Heartbeat.objects.filter(name="x").update(at=now)',
        'texts.get("title")', 'page.save(update_fields=["translations"])', "Letter.objects.bulk_create(letters)",
        'Page.objects.create(title_da="x", slug="y")', 'Letter.objects.waiting().extra(where=["x"])',
    ],
)  # fmt: skip
def test_what_says_the_language_or_is_not_translated_is_left_in_peace(line):
    assert errors(line) == []


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_our_code_says_the_language_wherever_the_database_is_asked_and_writes_texts_through_their_models(path):
    assert errors(path.read_text("utf-8")) == []


def test_no_template_chooses_a_language_for_its_readers():
    column = re.compile(rf"\.({'|'.join(sorted(COLUMNS))})\b")
    named = {path.name: column.findall(path.read_text("utf-8")) for path in (ROOT / "templates").rglob("*.*")}
    assert {name: found for name, found in named.items() if found} == {}


def test_rows_are_never_put_in_order_by_words_so_that_every_language_has_the_same_order():
    for model in TRANSLATED:
        assert model._meta.ordering
        assert not any(is_bare(str(word), model) or str(word).strip("-") in COLUMNS for word in model._meta.ordering)


def test_the_admin_says_the_language_in_its_columns_filters_and_searches():
    for model, model_admin in admin.site._registry.items():
        named = [
            *model_admin.list_display,
            *model_admin.list_filter,
            *model_admin.search_fields,
            *(model_admin.ordering or ()),
            model_admin.date_hierarchy,
        ]
        assert [word for word in named if isinstance(word, str) and is_bare(word, model)] == [], model
        if model in TRANSLATED:
            assert isinstance(model_admin, WorkingCopySearchMixin), model  # it looks into every language's search text
