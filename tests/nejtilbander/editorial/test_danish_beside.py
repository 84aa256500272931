"""The Danish that stands beside a translation, with what is new in it."""

import re

import pytest

from nejtilbander.editorial.forms import translation as translation_forms
from nejtilbander.editorial.forms.translation import CHANGED, CHANGED_LOOKS
from nejtilbander.i18n.languages import CODES
from pages.models import Initiative
from tests.support.admin import a_new_update, edit, form_address, save, tick
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db


def beside(staff, obj, field, language="ar"):
    """The Danish that stands beside a field."""
    html = staff.get(form_address(obj, language), headers={"accept-encoding": ""}).content.decode()
    before = re.split(rf'<(?:input|textarea)[^>]*name="{field}_{language}"', html)[0]
    return re.findall(r'<div class="danish" lang="da" dir="ltr">(.*?)</div><div>', before, re.DOTALL)[-1]


def told(sentence, words):
    return f'<p class="desk-changed">{sentence}</p><div class="desk-difference">{words}</div>'


def a_translated_page(staff):
    page = a_page(
        "oversat", title_da="En side", summary_da="Kort & godt.", body_da="<p>Ring {politi} nu.</p><p>Tak.</p>"
    )
    edit(staff, page, "ar", title_ar="صفحة", summary_ar="قصير.", body_ar="<p>اتصل الآن.</p>", is_read="on")
    return page


def test_a_translator_sees_what_is_new_in_the_danish_since_the_translation_and_the_rest_as_it_is(staff):
    page = a_translated_page(staff)
    assert beside(staff, page, "title") == "En side"
    save(staff, page, summary_da="Kort & <godt>.", body_da="<p>Ring {politi} straks.</p><p>Tak.</p>")
    save(staff, page, summary_da="Kort & <rigtig> godt.")

    assert beside(staff, page, "title") == "En side"
    assert beside(staff, page, "summary") == told(CHANGED, "Kort &amp; <ins>&lt;rigtig&gt;</ins> godt.")
    assert beside(staff, page, "body") == told(CHANGED, "Ring 114 <del>nu.</del> <ins>straks.</ins>\nTak.")
    assert beside(staff, page, "title", "so") == "En side", "nobody has translated it"

    save(staff, page, "ar", body_ar="<p>اتصل فورا.</p>")
    assert beside(staff, page, "summary") == "Kort &amp; &lt;rigtig&gt; godt.", "now the translation follows it"


def test_each_language_is_compared_with_the_danish_it_was_made_from(staff):
    page = a_translated_page(staff)
    save(staff, page, title_da="En ny side")
    save(staff, page, "tr", title_tr="Yeni", summary_tr="Kısa.", body_tr="<p>Ara.</p>")
    save(staff, page, title_da="En helt ny side")

    assert beside(staff, page, "title", "ar") == told(CHANGED, "En <ins>helt ny</ins> side")
    assert beside(staff, page, "title", "tr") == told(CHANGED, "En <ins>helt</ins> ny side")


def test_when_only_looks_or_links_have_changed_the_danish_stands_there_and_a_line_says_so(staff):
    page = a_translated_page(staff)
    save(staff, page, body_da="<p>Ring {politi} <strong>nu</strong>.</p><p>Tak.</p>")

    shown = beside(staff, page, "body")
    assert shown.startswith(f'<p class="desk-changed">{CHANGED_LOOKS}</p><p>Ring <a href="tel:114" ')
    assert "<strong>nu</strong>" in shown


def test_a_small_correction_is_nothing_new(staff):
    page = a_translated_page(staff)
    save(staff, page, is_small="on", title_da="En sidde")

    assert beside(staff, page, "title") == "En sidde"


def test_where_no_version_has_the_danish_of_the_translation_the_danish_stands_as_it_is(staff, monkeypatch):
    page = a_translated_page(staff)
    for number in range(3):
        save(staff, page, title_da=f"Side {number}")
    assert beside(staff, page, "title") == told(CHANGED, "<del>En side</del> <ins>Side 2</ins> ")

    monkeypatch.setattr(translation_forms, "MAX_VERSIONS", 3)
    assert beside(staff, page, "title") == "Side 2"

    seeded = a_page("uden-historie", title_ar="صفحة", summary_ar="قصير.")
    seeded.translations = {"ar": {"source": "of long ago", "read": True}}
    seeded.save()
    assert beside(staff, seeded, "title") == "Prøve"


def test_the_rows_inside_say_what_is_new_in_them_too(staff):
    initiative = Initiative.objects.get(slug="nye-redskaber")
    title = initiative.updates.get().title_da
    tick(staff, initiative, *CODES[1:])
    save(staff, initiative, **{"updates-0-title_da": f"{title} igen"}, **a_new_update(initiative, 1, title_da="Nyt"))

    rows = {beside(staff, initiative, f"updates-{place}-title") for place in (0, 1)}
    assert rows == {told(CHANGED, f"{title} <ins>igen</ins> "), "Nyt"}
    assert beside(staff, initiative, "title") == initiative.title_da
