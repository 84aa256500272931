"""Two write in two languages, or in one."""

import re

import pytest

from nejtilbander.publishing import versions
from tests.nejtilbander.editorial.two_editors import (
    ALONE,
    an_initiative_with,
    opened,
    rows_of,
    save_as_shown,
    send,
    told,
)
from tests.support.admin import (
    save,
)

pytestmark = pytest.mark.django_db


def test_two_who_write_in_two_languages_are_not_in_each_others_way(staff, anna, amal):
    initiative = an_initiative_with("Første")
    danish, turkish = opened(staff, initiative), opened(anna, initiative, "tr")
    save(amal, initiative, "ar", **{"title_ar": "بالعربية", "updates-0-title_ar": "الأول"})

    assert send(anna, initiative, turkish, "tr", title_tr="Türkçe").status_code == 302
    assert send(staff, initiative, danish, summary_da="Dansk").status_code == 302

    content = versions.newest_version(initiative).content
    fields = content["fields"]
    assert (fields["title_ar"], fields["title_tr"], fields["summary_da"]) == ("بالعربية", "Türkçe", "Dansk")
    assert content["updates"][0]["title_ar"] == "الأول"


def test_a_translator_sees_the_new_danish_before_the_translation_of_the_old_is_saved(anna, amal):
    initiative = an_initiative_with("Første")
    save(amal, initiative, "ar", is_read="on", **dict.fromkeys(
        ("title_ar", "summary_ar", "body_ar", "audience_ar", "carried_out_by_ar", "updates-0-title_ar",
         "updates-0-body_ar"), "نص"))  # fmt: skip
    mine = opened(amal, initiative, "ar")
    assert "is_read" in mine
    save(anna, initiative, title_da="Annas titel", **{"updates-0-title_da": "Annas række"})

    html = told(send(amal, initiative, mine, "ar", title_ar="لي", title_da="Snydt", **{"updates-0-title_da": "Snydt"}))

    assert ALONE in html
    assert not re.search(r'name="is_read"[^>]*checked', html), "what was read is not what stands there now"
    assert "Annas" in html.partition('class="danish"')[2]
    content = save_as_shown(amal, initiative, html, "ar")
    assert (content["fields"]["title_da"], content["fields"]["title_ar"]) == ("Annas titel", "لي")
    assert rows_of(content) == ["Annas række"]


def test_two_translators_of_one_language_are_told_at_the_fields_of_the_rows_too(staff, amal):
    initiative = an_initiative_with("Første")
    mine = opened(staff, initiative, "ar")
    save(amal, initiative, "ar", **{"updates-0-title_ar": "أمل"})

    html = told(send(staff, initiative, mine, "ar", **{"updates-0-title_ar": "لي"}))

    assert "Her står der nu: „أمل“" in html
    assert save_as_shown(staff, initiative, html, "ar")["updates"][0]["title_ar"] == "لي"


def test_a_translation_of_a_row_that_is_deleted_meanwhile_is_shown_to_copy_from(anna, amal):
    initiative = an_initiative_with("Første", "Anden")
    mine = opened(amal, initiative, "ar")
    save(anna, initiative, **{"updates-0-DELETE": "on"})
    words = {"updates-0-title_ar": "عنوان", "updates-0-body_ar": "<p>نص <strong>مهم</strong></p>"}

    html = told(send(amal, initiative, mine, "ar", **words | {"updates-1-title_ar": "الثاني"}))

    copied = html.partition("Rækken er slettet")[2].partition("</section>")[0]
    assert re.search(r'<textarea[^>]* readonly lang="ar" dir="rtl">عنوان</textarea>', copied)
    assert "<p>نص <strong>مهم</strong></p>" in copied
    content = save_as_shown(amal, initiative, html, "ar")
    assert [(row["title_da"], row["title_ar"]) for row in content["updates"]] == [("Anden", "الثاني")]
