"""What is said before something is deleted: what readers get, what goes with it, and whether it comes back."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from nejtilbander.images.models import Picture
from nejtilbander.publishing import actions
from nejtilbander.publishing.models import Redirect
from pages.models import Initiative, Page
from tests.support.admin import admin_address, html
from tests.support.factories import HOUR, a_meeting, a_notice, a_page, a_statement

pytestmark = pytest.mark.django_db
COMES_BACK = "Den ligger bagefter under Slettede. Findes den frem igen, er den en kladde med alle sprog"


def told(staff, obj):
    """The words of the page that asks, without its markup."""
    page = html(staff, admin_address(obj, "delete")).partition('id="content-main"')[2].partition("</main>")[0]
    return " ".join(re.sub("<[^>]*>", "", page).split())


def test_a_public_page_says_that_readers_get_404_what_to_do_instead_and_that_it_comes_back(staff):
    page = a_page("ses")

    words = told(staff, page)

    assert "Læserne ser den nu. Bagefter får de at vide, at siden ikke findes (404)" in words
    assert COMES_BACK in words
    assert f'<a href="{admin_address(page, "traek-tilbage")}">træk den tilbage</a>' in html(
        staff, admin_address(page, "delete")
    )


@pytest.mark.parametrize(
    ("public_from", "said"),
    [
        (None, "Ingen læser har set den."),
        (timedelta(days=1), "Ingen læser har set den. Den bliver ikke udgivet som planlagt."),
    ],
)
def test_what_nobody_has_seen_says_so(staff, public_from, said):
    words = told(staff, a_page("uset", public_from=public_from and timezone.now() + public_from))

    assert said in words
    assert "404" not in words
    assert COMES_BACK in words


def test_what_is_withdrawn_says_that_the_reason_goes(staff):
    page = a_page("vaek")
    actions.withdraw(page, {"da": "Slut."})

    assert "på adressen står, at den er trukket tilbage. Bagefter står der, at siden ikke findes (404)" in told(
        staff, page
    )


@pytest.mark.parametrize(
    ("begins", "said"), [(-HOUR, "Læserne ser den nu. Den forsvinder"), (-3 * HOUR, "Læserne ser den ikke mere.")]
)
def test_what_has_no_address_just_disappears(staff, begins, said):
    words = told(staff, a_notice(begins=begins))

    assert said in words
    assert "404" not in words


def test_what_goes_with_it_is_counted_in_words_without_the_numbers_of_rows(staff):
    statement = a_statement(987654)
    for name in ("A", "B"):
        statement.signatories.create(role="Borger", name=name)

    words = told(staff, statement)

    assert "Med den bliver slettet:Underskrivere: 2" in words
    assert "/change/" not in re.sub(f'href="{admin_address(statement, "change")}"', "", page_of(staff, statement))
    assert "Med den bliver slettet" not in told(staff, a_page("alene"))


def page_of(staff, obj):
    return html(staff, admin_address(obj, "delete")).partition('id="content-main"')[2]


def test_a_meeting_says_what_never_comes_back(staff):
    words = told(staff, a_meeting("moede"))

    assert "Tilmeldinger, mails og listen bliver slettet for altid." in words
    assert COMES_BACK in words


def test_what_is_deleted_for_good_says_so(staff):
    user = User.objects.create_user("ny")
    redirect = Redirect.objects.create(old_path="/gammel/", new_path="/hvem/")
    picture = Picture.objects.create(name="Hus", digest="0" * 16, width=900)

    assert "Det kan ikke fortrydes. Er personen kun væk for en tid" in told(staff, user)
    assert "Læsere, der kommer til /gammel/, bliver ikke sendt videre mere." in told(staff, redirect)
    assert "Det kan ikke fortrydes: Filen og alle dens størrelser bliver slettet." in told(staff, picture)


def test_yes_deletes_and_no_leads_back(staff):
    page = a_page("ja")
    asked = page_of(staff, page)
    assert f'href="{admin_address(page, "change")}">Nej, behold den</a>' in asked

    assert staff.post(admin_address(page, "delete"), {"post": "yes"}).status_code == 302

    assert not Page.objects.filter(pk=page.pk).exists()
    assert "Prøve" in html(staff, "/admin/pages/page/slettede/")


def test_several_are_named_before_they_are_deleted(staff):
    one, other = (Redirect.objects.create(old_path=f"/{name}/", new_path="/hvem/") for name in ("en", "to"))
    chosen = {"action": "delete_selected", "_selected_action": [one.pk, other.pk]}

    asked = staff.post("/admin/nejtilbander/redirect/", chosen).content.decode()
    assert "<li>/en/ → /hvem/</li><li>/to/ → /hvem/</li>" in asked
    staff.post("/admin/nejtilbander/redirect/", chosen | {"post": "yes"})

    assert not Redirect.objects.exists()


def test_a_user_in_the_list_has_a_name_roles_and_an_open_or_closed_login(staff):
    User.objects.create_user("lukket", first_name="Bo", last_name="Bang", is_active=False)

    rows = re.findall(r"<tr>.*?</tr>", html(staff, "/admin/auth/user/"), re.DOTALL)
    words = [" ".join(re.sub("<[^>]*>", " ", row).split()) for row in rows]

    assert any(row.startswith("lukket Bo Bang") and row.endswith("Ingen roller Lukket") for row in words)
    assert any(row.startswith("prove") and row.endswith("Må alt Åbent") for row in words)


def test_initiatives_are_filtered_by_how_far_they_are_under_a_title_of_its_own(staff):
    listed = html(staff, "/admin/pages/initiative/?status__exact=done")

    assert "Indsatsen er: <strong>gennemført</strong>" in listed
    assert ("Ingen passer til det, du har valgt." in listed) == (not Initiative.objects.filter(status="done").exists())
