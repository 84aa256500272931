"""Translations as files in the admin: down, up, looked at, and then drafts."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from events.models import Event
from nejtilbander.notices.models import Notice
from nejtilbander.publishing import versions
from nejtilbander.transfer.json_files import working_copy_content
from pages.models import Page
from tests.support.admin import a_login, form_of, html, said, save
from tests.support.factories import a_page
from tests.support.transfer_files import a_po_file

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
BASE = "/admin/po/"
TITLE, SUMMARY = ("pages.page aften title", "En aften", "مساء"), ("pages.page aften summary", "En prøve.", "تجربة.")
PLAIN = {"accept-encoding": ""}


@pytest.fixture
def page():
    return a_page("aften", title_da="En aften")


def upload(browser, body, language="ar"):
    file = SimpleUploadedFile("fra bureauet.po", body)
    return browser.post(BASE, {"sprog": language, "file": file}, headers=PLAIN)


def arabic(*entries):
    return a_po_file(*entries, language="ar")


def confirm(browser, preview):
    return browser.post(BASE, form_of(preview.content.decode()), headers=PLAIN)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode().partition('id="content-main"')[2]).split())


def title_of(page, language="ar"):
    return working_copy_content(page)["fields"][f"title_{language}"]


def test_a_file_is_looked_at_and_then_becomes_drafts_with_links_and_readers_see_nothing_of_it(staff, page):
    preview = upload(staff, arabic(TITLE, SUMMARY))
    assert preview.status_code == 200
    assert "<ins>مساء</ins>" in preview.content.decode()
    assert versions.newest_version(page) is None

    answer = confirm(staff, preview)

    assert (answer.status_code, answer.headers["Location"]) == (302, BASE)
    shown = staff.get(BASE, headers=PLAIN)
    assert said(shown) == ["1 tekst har fået en ny kladde. Læserne ser det først, når det bliver udgivet."]
    link = f'<a href="/admin/pages/page/{page.pk}/change/?sprog=ar">En aften</a>'
    assert link in shown.content.decode()
    assert link not in html(staff, BASE), "once"
    assert title_of(page) == "مساء"
    page.refresh_from_db()
    assert not page.title_ar
    assert LogEntry.objects.get().change_message == "Oversættelse til arabisk fra en fil."


def test_what_is_ignored_is_told_with_the_reason(staff, page):
    preview = upload(staff, arabic(TITLE, ("pages.page aften summary", "En prøve.", "{alam}"), ("x y", "Væk", "راح")))

    words = text_of(preview)
    assert "Et navn i klammer findes ikke her: 1" in words
    assert "Siden kender ikke {alam}. Skriv navnet, som det står i den danske tekst." in words
    assert "Teksten findes ikke mere: 1 Væk راح" in words
    assert confirm(staff, preview).status_code == 302
    assert title_of(page) == "مساء"


def test_of_many_that_are_ignored_the_first_hundred_are_shown(staff, page):
    many = [(f"pages.page vaek{number} title", f"Væk {number}", "راح") for number in range(101)]

    words = text_of(upload(staff, arabic(*many)))

    assert "Filen ændrer ikke noget her." in words
    assert ("Teksten findes ikke mere: 101" in words, "Kun de første 100 er vist." in words) == (True, True)


def test_what_is_the_same_or_not_finished_is_counted_in_words(staff, page):
    page.title_ar, page.summary_ar = "مساء", "تجربة."
    page.mark_translated("ar", read=False, machine=False)
    page.save()
    fuzzy = arabic(TITLE, ("pages.page aften body", "x", "y")).replace(
        b'msgctxt "pages.page aften body"', b'#, fuzzy\nmsgctxt "pages.page aften body"'
    )

    words = text_of(upload(staff, fuzzy))

    assert "1 oversættelse står her i forvejen." in words
    assert "1 oversættelse er ikke færdig i filen (fuzzy) og bliver ikke hentet." in words


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "Filen er tom."),
        (b"Kaere kommune, her er oversaettelsen", "Det er ikke en hel PO-fil."),
        (b"PK\x03\x04\x00\xff", "Det er ikke en hel PO-fil."),
        (b"#" * 2_000_001, "Filen er for stor. Den må højst fylde 2 MB."),
        (a_po_file(TITLE, language="tr"), "Filen siger selv, at den er på Türkçe, ikke العربية. Intet er hentet."),
    ],
    ids=["empty", "a letter", "a Word file", "too large", "another language"],
)
def test_a_file_that_is_none_is_refused_with_a_sentence_at_its_field(staff, body, told):
    answer = upload(staff, body)

    assert answer.status_code == 422
    assert answer.context["upload"].errors == {"file": [told]}
    assert f'<a href="#id_file">{told}</a>' in answer.content.decode().replace("&#x27;", "'")
    assert '<option value="ar" selected>' in answer.content.decode(), "the language stays"


def test_without_a_file_or_with_a_language_that_is_none_the_page_says_so(staff):
    answer = staff.post(BASE, {"sprog": "da"}, headers=PLAIN)

    assert (answer.status_code, set(answer.context["upload"].errors)) == (422, {"sprog", "file"})
    answer = staff.get(f"{BASE}hent/?sprog=da&kun=alt", headers=PLAIN)
    assert (answer.status_code, set(answer.context["download"].errors)) == (422, {"sprog"})


@pytest.mark.parametrize("write", [
    lambda text: b"\xef\xbb\xbf" + text, lambda text: text.replace(b"\n", b"\r\n"),
    lambda text: text.decode().encode("utf-16"),
], ids=["BOM", "CRLF", "UTF-16"])  # fmt: skip
def test_a_file_is_taken_however_windows_writes_it(staff, page, write):
    preview = upload(staff, write(arabic(TITLE)))

    assert confirm(staff, preview).status_code == 302
    assert title_of(page) == "مساء"


def test_a_text_that_is_changed_while_the_file_is_looked_at_is_shown_again_and_not_lost(staff, anna, page):
    preview = upload(staff, arabic(TITLE))
    save(anna, page, "ar", title_ar="أمسية")

    again = confirm(staff, preview)

    assert again.status_code == 422
    assert "Nogen har rettet i teksterne, siden du så dette." in text_of(again)
    assert "<del>أمسية</del>" in again.content.decode()
    assert title_of(page) == "أمسية"
    assert confirm(staff, again).status_code == 302
    assert title_of(page) == "مساء"


def test_a_working_copy_that_cannot_be_saved_is_told_by_its_name_and_the_file_is_kept(staff, page):
    versions.ensure_first_version(page)
    content = working_copy_content(page)
    content["fields"]["slug"] = "hvem"
    page.refresh_from_db()
    versions.Version.objects.create(kind="pages.page", object_id=page.pk, number=2, title="x", content=content)

    answer = confirm(staff, upload(staff, arabic(TITLE)))

    assert answer.status_code == 422
    assert answer.context["error"].startswith("pages.page aften: ")
    assert form_of(answer.content.decode())["token"]


@pytest.mark.parametrize("change", ["changed", "another's", "old", "another language"])
def test_a_preview_that_is_no_longer_its_users_own_is_refused(staff, page, amal, change, time_machine):
    preview = upload(staff if change != "another language" else amal, arabic(TITLE))
    fields = form_of(preview.content.decode())
    browser = staff
    if change == "changed":
        fields["token"] = [fields["token"][0][:-2]]
    elif change == "another's":
        browser = a_login("anden", "Redaktør")
    elif change == "old":
        time_machine.move_to(timezone.now() + timedelta(days=1, seconds=1))
        browser.force_login(User.objects.get(username="prove"))
    else:
        browser = amal
        amal.user.groups.set(Group.objects.filter(name="Oversætter (tyrkisk)"))

    answer = browser.post(BASE, fields, headers=PLAIN)

    assert answer.status_code == 422
    assert "Forhåndsvisningen gælder ikke mere. Send filen igen. Intet er gemt." in text_of(answer)
    assert not title_of(page)


def test_a_translator_has_their_own_language_alone_and_all_texts_in_it(amal, page):
    shown = html(amal, BASE)
    assert re.findall(r'<option value="(\w+)"', shown) == ["ar", "ar"]
    assert "Arabisk (العربية)" in shown

    file = amal.get(f"{BASE}hent/?sprog=ar&kun=alt", headers=PLAIN)
    assert file.headers["Content-Disposition"].startswith('attachment; filename="ar-alt-2')
    assert file.headers["Content-Type"] == "text/x-gettext-translation"
    assert {f"{kind} " in file.content.decode() for kind in ("pages.page", "events.event")} == {True}
    assert confirm(amal, upload(amal, arabic(TITLE))).status_code == 302
    assert title_of(page) == "مساء"
    assert upload(amal, a_po_file(TITLE), "tr").status_code == 422


def test_who_writes_meetings_alone_gets_meetings_in_every_language(static_files, page):
    chair = a_login("leder", "Mødeleder")
    event = Event.objects.get(slug="naboskab")

    file = chair.get(f"{BASE}hent/?sprog=fa&kun=alt", headers=PLAIN).content.decode()
    preview = upload(chair, arabic(TITLE, ("events.event naboskab title", event.title_da, "لقاء")))

    assert ("events.event naboskab title" in file, "pages.page" in file) == (True, False)
    assert "Din bruger må ikke skrive i den slags tekster: 1" in text_of(preview)
    assert confirm(chair, preview).status_code == 302
    assert (title_of(event), title_of(page) or "") == ("لقاء", "")


def test_what_is_whole_and_what_is_over_is_not_sent_to_translators_again(staff):
    whole = a_page("hel", title_ar="كامل", summary_ar="تجربة.")
    whole.mark_translated("ar", read=False, machine=False)
    whole.save()
    old = Notice.objects.create(title_da="Forbi", public_from="2020-01-01T00:00Z", public_until="2020-01-02T00:00Z")

    pending = staff.get(f"{BASE}hent/?sprog=ar&kun=mangler", headers=PLAIN).content.decode()
    everything = staff.get(f"{BASE}hent/?sprog=ar&kun=alt", headers=PLAIN).content.decode()

    assert ("pages.page hel " in pending, "pages.page hel " in everything) == (False, True)
    assert old.slug not in everything


def test_the_front_page_leads_here_for_those_who_may_write_in_a_language(staff, amal):
    keeper = a_login("vagt", "Listeansvarlig")

    assert [BASE in html(browser, "/admin/") for browser in (staff, amal, keeper)] == [True, True, False]
    assert Page.objects.exists()
