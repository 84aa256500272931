"""Taking a page back, with a reason or a way on for readers."""

import pytest
from django.contrib.admin.models import LogEntry
from django.utils.html import escape

from nejtilbander.publishing.models import PublicationStatus
from pages.models import Page
from tests.support.admin import admin_address, html, publish, status_of
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def test_withdrawing_needs_a_reason_or_a_way_on_and_publishing_again_ends_it(staff, reader):
    page = a_page("vaek")
    assert (
        "Skriv grunden på dansk."
        in staff.post(admin_address(page, "traek-tilbage"), {}, headers=PLAIN).content.decode()
    )
    bad = staff.post(admin_address(page, "traek-tilbage"), {"to": "//evil.example/"}, headers=PLAIN)
    assert bad.status_code == 422

    staff.post(admin_address(page, "traek-tilbage"), {"da": "Den var forkert.", "ar": "كانت خاطئة."})
    assert "Den var forkert." in html(reader, "/vaek/", 410)
    assert "كانت خاطئة." in html(reader, "/ar/vaek/", 410)

    staff.post(admin_address(page, "traek-tilbage"), {"to": "/indsatser/"})
    assert reader.get("/ar/vaek/").headers["Location"] == "/ar/indsatser/"
    publish(staff, page)
    html(reader, "/vaek/")
    fixed = Page.objects.get(slug="privatliv")
    staff.post(admin_address(fixed, "traek-tilbage"), {"da": "x"})
    assert status_of(fixed) == PublicationStatus.PUBLIC


def test_the_reason_knows_the_same_facts_as_the_pages_and_refuses_the_others_at_their_field(staff, reader):
    page = a_page("tal")
    refused = staff.post(admin_address(page, "traek-tilbage"), {"da": "Ring {politi}.", "ar": "{alam}"}, headers=PLAIN)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["ar"])
    assert 'value="Ring {politi}."' in refused.content.decode()
    assert status_of(page) == PublicationStatus.PUBLIC

    staff.post(admin_address(page, "traek-tilbage"), {"da": "Ring {politi} & spørg <os>."})
    gone = html(reader, "/tal/", 410)
    assert 'href="tel:114"' in gone
    assert "&amp; spørg &lt;os&gt;." in gone


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"da": "Den var forkert."}, "Trukket tilbage. Grund: Den var forkert."),
        ({"to": "/indsatser/"}, "Trukket tilbage. Læserne bliver sendt til /indsatser/"),
        (
            {"to": "/hvem/", "da": "Vi & I er flyttet."},
            "Trukket tilbage. Læserne bliver sendt til /hvem/. Grund: Vi & I er flyttet.",
        ),
    ],
    ids=["a reason", "a way on", "both"],
)
def test_the_history_tells_why_something_was_withdrawn(staff, given, told):
    page = a_page("hvorfor")
    staff.post(admin_address(page, "traek-tilbage"), given)

    assert escape(told) in html(staff, admin_address(page, "history"))
    assert LogEntry.objects.get(object_id=str(page.pk)).get_change_message() == told
