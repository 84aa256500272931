"""Each text stands in six columns and one that nobody looks at. What that does to sites elsewhere, it does not do here.

How django-modeltranslation may be written against is in test_translation_writing.py.
"""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.db import connection
from django.utils import timezone, translation
from modeltranslation.admin import TabbedTranslationAdmin
from modeltranslation.translator import translator

import events.seed
import pages.seed
from events.models import Event
from nejtilbander.caching.memory import clear
from nejtilbander.editorial.model_admin import ContentAdmin
from nejtilbander.i18n.languages import CODES, TranslationState, path_in_language
from nejtilbander.notices.models import Notice
from nejtilbander.publishing import actions, serialization, versions
from nejtilbander.site.search import find_pages
from nejtilbander.text.prose import ProseField
from nejtilbander.transfer import json_files, po_files
from nejtilbander.transfer.models import Seeded
from pages.models import Initiative, Page, Partner, Statement
from tests.support.addresses import MACHINES, PAGES, everywhere
from tests.support.admin import form_address, form_of, save
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}
TRANSLATED = {
    model: set(translator.get_options_for_model(model).get_field_names())
    for model in translator.get_registered_models(abstract=False)
}
KINDS = [Page, Initiative, Partner, Statement, Event, Notice]
WORDLESS = ["<p></p><p></p>", "<p><br></p>", "<p> </p>", "<p>&nbsp;</p>", "<ul><li></li></ul>", "<p>\u200b\ufeff</p>"]


def html(browser, address):
    answer = browser.get(address, headers=PLAIN)
    assert answer.status_code == 200, address
    return answer.content.decode()


def columns(model):
    return {f"{field}_{code}" for field in TRANSLATED[model] for code in CODES}


def test_every_text_has_a_column_in_each_of_our_languages_and_none_in_any_other(settings):
    assert list(settings.MODELTRANSLATION_LANGUAGES) == CODES
    assert (settings.MODELTRANSLATION_DEFAULT_LANGUAGE, CODES[0]) == ("da", "da")
    assert set(KINDS) <= TRANSLATED.keys()
    for model, fields in TRANSLATED.items():
        assert fields == {*model.content_fields, "search_text"}
        found = {field.name for field in model._meta.fields if getattr(field, "language", None)}
        assert found == columns(model), model


def test_only_models_of_our_own_are_translated_so_that_no_migration_lands_in_a_library():
    assert {model._meta.app_label for model in TRANSLATED} == {"pages", "events", "nejtilbander"}


def test_nothing_that_is_translated_must_be_unique_is_asked_for_by_an_index_or_leads_to_another_row():
    for model, fields in TRANSLATED.items():
        rules = [repr(rule.deconstruct()) for rule in (*model._meta.constraints, *model._meta.indexes)]
        named = {name for rule in rules for name in re.findall(r"'(\w+?)(?:__\w+)?'", rule)}
        assert not (fields | columns(model)) & named, model
        assert not model._meta.unique_together
        for name in fields | columns(model):
            field = model._meta.get_field(name)
            assert (field.unique, field.db_index, field.is_relation) == (False, False, False), (model, name)


def test_the_words_of_one_page_may_be_those_of_another_in_any_language(staff):
    one, other = a_page("den-ene", title_en="Help"), a_page("den-anden", title_da="Help", title_en="Hjælp")

    save(staff, one, title_da="Hjælp")
    save(staff, other, "en", title_en="Help", summary_en="Prøve")

    assert versions.newest_version(one).content["fields"]["title_da"] == "Hjælp"
    assert versions.newest_version(other).content["fields"]["title_en"] == "Help"


def test_the_address_is_danish_in_every_language_and_nothing_but_a_person_fills_it_in(staff):
    assert all("slug" not in fields for fields in TRANSLATED.values())
    for model in (Page, Initiative, Partner, Event):
        model_admin = admin.site._registry[model]
        assert not model_admin.prepopulated_fields
        form = html(staff, f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/")
        assert form_of(form)["slug"] == [""]
        assert 'data-prepopulated-fields="[]"' in form


def test_a_version_keeps_every_text_in_every_language():
    for model, fields in TRANSLATED.items():
        kept = {field.name for field in serialization.versioned_fields(model)}
        of_the_row = {name for name in columns(model) if name.startswith(("search_text", "withdrawn_reason"))}
        assert kept & (fields | columns(model)) == columns(model) - of_the_row, model


def fill_the_column_nobody_looks_at():
    with connection.cursor() as cursor:
        for model, fields in TRANSLATED.items():
            junk = ", ".join(f"{name} = 'Qwertskygge'" for name in fields)
            cursor.execute(f"UPDATE {model._meta.db_table} SET {junk}")  # noqa: S608 - our own names


def test_what_stands_in_the_untranslated_column_reaches_no_reader_and_no_machine(reader):
    fill_the_column_nobody_looks_at()
    clear()

    for address in everywhere([*PAGES, *MACHINES]):
        assert b"wertskygge" not in reader.get(address, headers=PLAIN).content, address
    for language in CODES:
        with translation.override(language):
            assert find_pages("Qwertskygge") == []


def test_what_stands_in_the_untranslated_column_reaches_no_member_of_staff_and_no_file(staff):
    Notice.objects.create(title_da="Husk mødet")
    fill_the_column_nobody_looks_at()

    for model in KINDS:
        base, obj = f"/admin/{model._meta.app_label}/{model._meta.model_name}/", model.objects.order_by("pk")[0]
        own = [f"{base}{obj.pk}/{page}/" for page in ("udgiv", "history", "se/ar", "se/ar/side", "change")]
        shown = [html(staff, address) for address in (base, "/admin/", *own, f"{base}{obj.pk}/change/?sprog=ar")]
        assert "wertskygge" not in "".join(shown), model
        listed = html(staff, f"{base}?q=Qwertskygge")
        assert re.search(r"desk-pages\">\s*<p>(\d+)", listed)[1] == "0"
    assert "wertskygge" not in json_files.export_json(json_files.select_objects())
    assert b"wertskygge" not in po_files.export_po("ar", json_files.select_objects())


@pytest.mark.parametrize("language", [*CODES, None])
def test_a_text_comes_back_alike_in_every_language_whichever_is_spoken_meanwhile(language):
    page = a_page("alle", **{f"title_{code}": f"Titel {code}" for code in CODES}, body_da="<p>Dansk</p>")
    content = serialization.serialize(page)
    Page.objects.filter(pk=page.pk).update(**{f"title_{code}": "x" for code in CODES}, body_da="", body_ar="<p>x</p>")

    with translation.override(language):
        serialization.restore(Page.objects.get(pk=page.pk), content)

    assert serialization.serialize(Page.objects.get(pk=page.pk)) == content
    assert content["fields"]["body_ar"] == "", "the Danish is not copied into it"


def test_a_planned_text_is_the_same_when_a_reader_of_arabic_is_the_first_to_ask_for_it(reader, monkeypatch):
    page = a_page("plan", title_da="Gammel", title_en="Old")
    versions.ensure_first_version(page)
    content = serialization.serialize(page)
    content["fields"] |= {"title_da": "Ny", "title_en": "New", "body_da": "<p>Dansk</p>"}
    actions.publish(page, versions.save_version(page, content, None), timezone.now() + timedelta(hours=1))
    then = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: then)
    clear()

    assert '<h1 lang="da" dir="ltr">Ny</h1>' in html(reader, "/ar/plan/")

    page = Page.objects.get(pk=page.pk)
    assert page.texts("da") == content_in(content, "da")
    assert (page.title_en, page.title_ar, page.body_en, page.body_ar) == ("New", "", "", "")


def content_in(content, language):
    return {name: content["fields"].get(f"{name}_{language}", "") for name in Page.content_fields}


@pytest.mark.parametrize("language", ["ar", None])
def test_the_first_texts_are_written_alike_whatever_language_the_command_runs_in(language):
    def everything():
        return {
            json_files.object_name(obj): {code: obj.texts(code) for code in CODES}
            for model in KINDS
            for obj in model.objects.all()
        }

    before = everything()
    for model in (*KINDS, Seeded):
        model.objects.all().delete()
    with translation.override(language):
        pages.seed.seed()
        events.seed.seed()

    assert everything() == before
    assert len(before) > 20


@pytest.mark.parametrize("model", KINDS)
def test_something_new_is_begun_in_danish_whatever_language_is_asked_for(staff, model):
    form = html(staff, f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/?sprog=ar")

    first = model.content_fields[0]
    assert f'name="{first}_da"' in form
    assert not re.search(rf'name="{first}(_(?!da)\w\w)?"', form)


@pytest.mark.parametrize("typed", WORDLESS)
def test_an_arabic_text_without_a_word_in_it_leaves_readers_the_danish_one(staff, reader, typed):
    page = a_page("tom", body_da="<p>Dansk brødtekst</p>", title_ar="صفحة", summary_ar="قصير.")
    save(staff, page, "ar", body_ar=typed)
    actions.publish(page, versions.newest_version(page) or versions.versions_of(page).get())

    assert '<div class="prose" lang="da" dir="ltr"><p>Dansk brødtekst</p></div>' in html(reader, "/ar/tom/")
    page.refresh_from_db()
    assert (page.body_ar, page.language_state("ar")) == ("", TranslationState.MISSING)


class Unmarked(HTMLParser):
    """The words on a page, and the words a screen reader says, that stand in `language` and hold "Qwertdansk"."""

    VOID = {"meta", "link", "br", "img", "input", "source", "hr", "wbr"}
    SAID = {"alt", "aria-label", "title", "placeholder"}

    def __init__(self, page):
        super().__init__()
        self.languages, self.tags, self.found = [""], [""], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        language = dict(attrs).get("lang", self.languages[-1])
        self.found += [
            (tag, text)
            for name, text in attrs
            if name in self.SAID and "Qwertdansk" in (text or "") and language != "da"
        ]
        if tag not in self.VOID:
            self.languages.append(language)
            self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.tags.pop() == tag
        self.languages.pop()

    def handle_data(self, data):
        if "Qwertdansk" in data and self.languages[-1] != "da" and self.tags[-1] != "script":
            self.found.append((self.tags[-1], data.strip()))


def test_danish_on_an_arabic_page_always_says_that_it_is_danish(reader):
    for model in TRANSLATED:
        for obj in model.objects.all():
            for name, danish in obj.texts("da").items():
                is_prose = isinstance(model._meta.get_field(name), ProseField)
                setattr(obj, f"{name}_da", danish and ("<p>Qwertdansk</p>" if is_prose else "Qwertdansk"))
                setattr(obj, f"{name}_ar", "")
            obj.save()

    shown = 0
    for address in [*PAGES, "/soeg/?q=qwertdansk"]:
        page = html(reader, path_in_language(address, "ar")).partition("<body>")[2].partition("</body>")[0]
        assert Unmarked(page).found == [], address
        shown += page.count("Qwertdansk")
    assert shown > 100, "there was Danish to be marked"


@pytest.mark.parametrize("model", [Page, Initiative, Partner, Statement, Event])
def test_a_translation_may_be_half_done_and_the_danish_must_be_whole(staff, model):
    obj, first = model.objects.order_by("pk")[0], model.content_fields[0]
    emptied = {name: "" for name in form_of(html(staff, form_address(obj, "so"))) if name.endswith("_so")}
    save(staff, obj, "so", **emptied)
    assert versions.newest_version(obj).content["fields"][f"{first}_so"] == ""

    fields = form_of(html(staff, form_address(obj)))
    refused = staff.post(form_address(obj), fields | {f"{first}_da": [""]}, headers=PLAIN)

    assert "errorlist" in refused.content.decode().partition(f"field-{first}_da")[2].partition("<input")[0]
    assert versions.newest_version(obj).content["fields"][f"{first}_da"]


@pytest.mark.parametrize("language", CODES)
def test_a_search_in_the_admin_looks_into_every_language(staff, language):
    a_page("fundet", title_da="Fundet side", **{f"body_{language}": "<p>Qwertord</p>"})

    listed = html(staff, "/admin/pages/page/?q=qwertord")

    assert "Fundet side" in listed
    assert listed.count('class="field-heading') == 1


def test_no_page_of_the_admin_asks_a_server_that_is_not_ours(staff):
    Notice.objects.create(title_da="Husk mødet")
    for model, model_admin in admin.site._registry.items():
        assert not isinstance(model_admin, TabbedTranslationAdmin)
        assert (model in TRANSLATED) == isinstance(model_admin, ContentAdmin)
        base, obj = f"/admin/{model._meta.app_label}/{model._meta.model_name}/", model.objects.first()
        pages_of_it = ["", "add/", *(f"{obj.pk}/{page}/" for page in ("change", "delete", "history") if obj)]
        for address in (base + page for page in pages_of_it):
            answer = staff.get(address, headers=PLAIN)
            loaded = re.findall(
                r"<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=\"([^\"]*)\"", answer.content.decode()
            )
            assert [where for where in loaded if re.match(r"(\w+:)?//", where)] == [], address
            assert not any("jquery-ui" in where or "tabbed" in where for where in loaded), address


@pytest.mark.parametrize("language", CODES)
def test_lists_stand_in_the_same_order_in_every_language(reader, language):
    def order(page):
        return re.findall(r'<h3><a href="(?:/\w\w)?(/indsatser/[\w-]+/)"', page)

    danish = order(html(reader, "/indsatser/"))
    for number, initiative in enumerate(Initiative.objects.order_by("-level", "-order", "-pk")):
        Initiative.objects.filter(pk=initiative.pk).update(**{f"title_{language}": f"{number:02} titel"})
    clear()

    assert order(html(reader, path_in_language("/indsatser/", language))) == danish
    assert len(danish) == 10
