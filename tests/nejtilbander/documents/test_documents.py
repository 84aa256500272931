"""Documents on pages: what readers get, and for how long."""

import re

import pytest
from django.utils import timezone

from events.models import EventDocument
from nejtilbander.documents.models import draft_query
from nejtilbander.links import checker
from nejtilbander.publishing import actions, versions
from pages.models import InitiativeDocument, Page, PageDocument, StatementDocument
from tests.support.admin import form_address, html, publish, save
from tests.support.documents import a_document, a_pdf
from tests.support.factories import a_meeting, a_page, a_statement, an_initiative

pytestmark = pytest.mark.django_db
WHERE = {
    "a page": (a_page, PageDocument, "page"), "an initiative": (an_initiative, InitiativeDocument, "initiative"),
    "a statement": (lambda: a_statement(9), StatementDocument, "statement"),
    "a meeting": (a_meeting, EventDocument, "event"),
}  # fmt: skip


def attached(where="a page", title="Dagsorden for mødet", **how):
    make, model, owner = WHERE[where]
    obj, document = make(), a_document(**how)
    model.objects.create(**{owner: obj}, document=document, title_da=title)
    obj.refresh_from_db()
    return obj, document


def a_new_document(obj, document, title="Dagsorden"):
    owner = obj._meta.model_name
    return {
        "documents-TOTAL_FORMS": "1", "documents-0-id": "", f"documents-0-{owner}": str(obj.pk),
        "documents-0-order": "0",
        "documents-0-document": str(document.pk), "documents-0-title_da": title,
    }  # fmt: skip


@pytest.mark.parametrize("where", WHERE)
def test_readers_are_told_what_a_file_is_before_they_fetch_it(reader, where):
    obj, document = attached(where, pages=2)

    page = html(reader, obj.get_absolute_url())

    item = re.search(r'<section class="documents".*?</section>', page, re.DOTALL)[0]
    assert f'href="/dokument/{document.digest}.pdf" type="application/pdf" hreflang="da"' in item
    assert re.sub(r"\s+", " ", re.sub("<[^>]+>", "", item)).strip() == (
        f"Dokumenter Dagsorden for mødet PDF, {document.kilobytes} kB, 2 sider, på dansk"
    )


def test_readers_of_another_language_are_told_that_a_title_is_danish(reader):
    obj, _ = attached()
    page = html(reader, f"/ar{obj.get_absolute_url()}")
    assert 'hreflang="da" lang="da" dir="ltr">Dagsorden for mødet</a>' in page


def test_a_file_that_a_screen_reader_cannot_read_comes_with_somebody_to_ask(reader):
    obj, _ = attached(tagged=False)
    assert "Skriv eller ring, så hjælper vi dig" in html(reader, obj.get_absolute_url())


def test_the_file_is_sent_as_it_is_and_to_be_kept(reader):
    _, document = attached()

    answer = reader.get(document.get_absolute_url())

    assert (answer.status_code, answer.content) == (200, bytes(document.file.body))
    assert {name: answer.headers[name] for name in (
        "Content-Type", "Content-Disposition", "Content-Language", "Cache-Control", "X-Content-Type-Options",
        "Cross-Origin-Resource-Policy",
    )} == {
        "Content-Type": "application/pdf", "Content-Disposition": 'inline; filename="dagsorden.pdf"',
        "Content-Language": "da", "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "public, max-age=31536000, immutable, s-maxage=1, stale-while-revalidate=1",
    }  # fmt: skip
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert not answer.cookies
    again = reader.get(document.get_absolute_url(), headers={"if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    part = reader.get(document.get_absolute_url(), headers={"range": "bytes=0-9"})
    assert (part.status_code, part.content) == (200, answer.content), "a range is ignored, as everywhere"
    assert reader.post(document.get_absolute_url()).status_code == 405


def test_a_title_without_latin_letters_gives_a_name_all_the_same(reader):
    assert a_document("جدول").filename.endswith(".pdf")
    assert len(a_document("جدول").filename) == 20


@pytest.mark.parametrize("end", ["withdrawn", "over", "detached"])
def test_a_file_is_gone_with_the_last_public_page_that_has_it(reader, end):
    obj, document = attached()
    assert reader.get(document.get_absolute_url()).status_code == 200

    if end == "detached":
        obj.documents.all().delete()
    else:
        now = timezone.now()
        type(obj).objects.update(**({"withdrawn_at": now} if end == "withdrawn" else {"public_until": now}))

    assert reader.get(document.get_absolute_url()).status_code == 404
    assert reader.get(f"{document.get_absolute_url()}?kladde=x").status_code == 404
    assert reader.get(f"/dokument/{'0' * 16}.pdf?{draft_query('0' * 16)}").status_code == 404


def test_a_document_is_attached_in_a_draft_seen_there_and_published_with_it(staff, reader):
    page, document = a_page(), a_document()
    save(staff, page, **a_new_document(page, document))

    assert document.get_absolute_url() not in html(reader, "/proeve/")
    assert reader.get(document.get_absolute_url()).status_code == 404
    frame = html(staff, f"/admin/pages/page/{page.pk}/se/da/side/")
    (address,) = re.findall(r'href="(/dokument/[^"]+)"', frame)
    draft = reader.get(address)
    assert (draft.status_code, draft.headers["Cache-Control"]) == (200, "no-store")

    publish(staff, page)
    assert document.get_absolute_url() in html(reader, "/proeve/")
    assert reader.get(document.get_absolute_url()).status_code == 200


def test_an_old_version_brings_its_documents_back_and_goes_without_one_that_is_deleted(staff):
    page, _ = attached()
    versions.ensure_first_version(page)
    first = versions.newest_version(page)
    other = PageDocument.objects.create(page=page, document=a_document("Referat"), title_da="Referat")
    second = versions.save_version(page, versions.serialize(page), None)
    assert len(second.content["documents"]) == 2

    actions.publish(page, first)
    assert [str(row) for row in page.documents.all()] == ["Dagsorden for mødet"]
    other.document.delete()
    actions.publish(page, second)
    assert [str(row) for row in page.documents.all()] == ["Dagsorden for mødet"]


def test_a_title_is_translated_beside_the_danish_one(staff, reader):
    page, _ = attached()
    assert "documents-0-document" not in staff.get(form_address(page, "en")).content.decode()
    save(staff, page, "en", **{"documents-0-title_en": "Agenda"})
    publish(staff, page)
    assert ">Agenda</a>" in html(reader, "/en/proeve/")


def test_the_introduction_of_a_section_has_no_documents(staff):
    assert "documents-TOTAL_FORMS" not in staff.get(form_address(Page.objects.get(slug="hvem"))).content.decode()


def test_a_link_to_a_document_that_no_page_shows_is_broken():
    page, document = attached()
    assert checker.check_internal(document.get_absolute_url()) == ""
    page.documents.all().delete()
    assert checker.check_internal(document.get_absolute_url()) == checker.NO_DOCUMENT


def test_the_bytes_are_in_the_database_with_nothing_of_the_upload():
    assert bytes(a_document().file.body) != a_pdf()
