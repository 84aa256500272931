"""The public pages of pages/views.py."""

import re

import pytest
from django.utils import timezone

from pages.models import Initiative, Page, Statement, Update
from tests.support.factories import a_page, a_statement, an_initiative

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def html_of(reader, address):
    response = reader.get(address, headers=PLAIN)
    assert response.status_code == 200, address
    return response.content.decode()


def test_the_statement_says_who_then_what_and_what_happens_now(reader):
    html = html_of(reader, "/udtalelse/")

    order = [
        "Odense Kommune fortæller",
        "<h1>",
        "Udtalelse fra Økonomiudvalget",
        "dato ikke kendt",
        "Læs kommunens egen tekst",
        "Borgmester",
        "Det sker der nu",
        "Versioner af udtalelsen",
    ]
    assert [html.index(part) for part in order] == sorted(html.index(part) for part in order)
    assert "4 × <span>Rådmand</span>" in html
    assert "ældre version" not in html


def test_each_version_keeps_its_address_and_shows_what_changed(reader):
    Statement.objects.update(is_current=False)
    a_statement(2, is_current=True, body_da="<p>Vi tåler ikke vold.</p>")
    a_statement(3, body_da="<p>Vi tåler aldrig vold.</p>", change_note_da="Skarpere.")
    a_statement(4, public_from=None)

    current, third, first = (html_of(reader, a) for a in ("/udtalelse/", "/udtalelse/3/", "/udtalelse/1/"))

    assert "<p>Vi tåler ikke vold.</p>" in current
    assert "ældre version" in third
    assert "Vi tåler <del>ikke</del> <ins>aldrig</ins> vold." in third
    assert re.findall(r'<li value="(\d+)">', third) == ["3", "2", "1"]
    assert "Se, hvad der er ændret" not in first
    assert reader.get("/udtalelse/4/").status_code == 404


def test_signatories_are_data_with_any_number_and_optional_names(reader):
    statement = Statement.objects.get(number=1)
    statement.signatories.all().delete()
    for order in range(7):
        statement.signatories.create(role_da="Rådmand", name=f"Prøve {order}" if order else "", order=order)

    html = html_of(reader, "/udtalelse/")

    assert html.count("<span>Rådmand</span>") == 7
    assert "<strong>Prøve 6</strong>, <span>Rådmand</span>" in html


def test_without_a_statement_in_force_the_address_is_not_found(reader):
    Statement.objects.update(is_current=False)
    assert reader.get("/udtalelse/").status_code == 404


def test_initiatives_stand_in_two_groups_and_links_show_one_of_them(reader):
    both, one = html_of(reader, "/indsatser/"), html_of(reader, "/indsatser/?niveau=indgribende")

    assert both.count('<dl class="facts">') == 10
    assert one.count('<dl class="facts">') == 5
    assert "<h2>Vi griber ind</h2>" in one
    assert "<h2>Vi forebygger</h2>" not in one
    assert html_of(reader, "/indsatser/?niveau=vrøvl").count('<dl class="facts">') == 10


def test_without_initiatives_the_page_says_so(reader):
    Initiative.objects.all().delete()
    assert "Her er ingen indsatser endnu." in html_of(reader, "/indsatser/")


def test_an_initiative_tells_for_whom_who_since_status_source_and_what_happened(reader):
    initiative = an_initiative(
        since_year=2017,
        status=Initiative.Status.DONE,
        source_url="https://example.dk/x",
        source_name_da="Kilden",
    )
    Update.objects.create(initiative=initiative, date=timezone.localdate(), title_da="Sket", body_da="<p>Ja.</p>")

    html = html_of(reader, "/indsatser/proeve/")

    assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html) == [
        ("For hvem", "Alle"), ("Hvem gør det", "Kommunen"), ("Siden", "2017"), ("Status", "Gennemført"),
    ]  # fmt: skip
    assert '<a href="https://example.dk/x" rel="noreferrer">Kilden</a>' in html
    assert "<h3>Sket</h3>" in html


def test_who_stands_behind_is_listed_with_links_that_do_not_tell_where_readers_come_from(reader):
    html = html_of(reader, "/hvem/")

    main = html.partition("<main")[2].partition("</main>")[0]
    assert main.count('<li class="card"') == 5
    assert all('rel="noreferrer"' in tag for tag in re.findall(r'<a href="http[^>]+>', html))


def test_the_words_of_a_section_have_the_sections_address(reader):
    assert reader.get("/forside/").headers["Location"] == "/"
    assert reader.get("/en/stormoeder/").status_code == 200
    assert Page.objects.get(slug="indsatser").get_absolute_url() == "/indsatser/"


def test_staff_can_add_a_page_of_their_own(reader):
    a_page("for-skoler", title_da="For skoler", body_da="<h2>Sådan</h2>")
    assert "<h1>For skoler</h1>" in html_of(reader, "/for-skoler/")


def test_what_changed_is_compared_in_one_language_and_says_which(reader):
    Statement.objects.update(is_current=False, body_ar="")
    a_statement(2, is_current=True, body_da="<p>Nyt.</p>", body_ar="<p>جديد.</p>")

    html = html_of(reader, "/ar/udtalelse/")
    assert '<div class="changes" lang="da" dir="ltr">' in html
    assert "جديد" not in html.partition('class="changes"')[2]
