"""A draft as readers would get it, and behind a link for whoever has it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from nejtilbander.i18n.dates import format_short_day
from nejtilbander.publishing.actions import publish
from nejtilbander.publishing.models import SharedPreview, Version
from nejtilbander.publishing.versions import newest_version
from tests.support.admin import a_login, admin_address, html, later, save
from tests.support.factories import a_page, a_working_copy

pytestmark = pytest.mark.django_db
SOON, LATER = timedelta(hours=1), timedelta(days=7)


def test_a_draft_is_looked_at_as_it_is_now_though_a_plan_is_due(staff, monkeypatch):
    page = a_page()
    planned = a_working_copy(page, "Planlagt")
    publish(page, planned, timezone.now() + SOON)
    Version.objects.filter(pk=planned.pk).update(due_at=timezone.now() - SOON)
    save(staff, page, title_da="Kladde")

    shown = staff.get(f"/admin/pages/page/{page.pk}/se/da/side/").content.decode()

    assert "<h1>Kladde</h1>" in shown


def test_a_shared_draft_has_no_social_card_that_others_could_keep(staff, reader):
    page = a_page()
    staff.post(f"/admin/pages/page/{page.pk}/del/", {"action": "make"})
    assert SharedPreview.objects.exists()
    shown = staff.get(f"/admin/pages/page/{page.pk}/se/da/").content.decode()
    link = shown.partition("/kladde/")[2].partition("/")[0]

    assert reader.get(f"/kladde/{link}/").status_code == 200
    assert reader.get(f"/kladde/{link}/kort.png").status_code == 404


PLAIN = {"accept-encoding": ""}


def test_a_link_shows_a_draft_without_a_login_for_seven_days_or_until_it_is_taken_back(staff, reader, monkeypatch):
    page = a_page("hemmelig", public_from=None, title_da="Ikke ude endnu")

    def make():
        said = staff.post(admin_address(page, "del"), {"action": "make"}, follow=True).content.decode()
        return re.search(r"/kladde/[\w-]+/", said)[0]

    link = make()
    assert "Link til kladden lavet." in html(staff, admin_address(page, "history"))
    shown = reader.get(link, headers=PLAIN)
    assert "Ikke ude endnu" in shown.content.decode()
    assert (shown.headers["Cache-Control"], shown.headers["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert not shown.cookies
    assert reader.get(f"/ar{link}", headers=PLAIN).status_code == 200
    assert link.split("/")[2] not in str(SharedPreview.objects.values())
    html(reader, "/hemmelig/", 404)
    html(reader, "/kladde/forkert/", 404)

    staff.post(admin_address(page, "del"), {"action": "revoke"})
    assert "Alle links til kladden trukket tilbage." in html(staff, admin_address(page, "history"))
    html(reader, link, 404)
    link = make()
    later(monkeypatch, days=7, seconds=1)
    html(reader, link, 404)


@pytest.mark.parametrize(
    "lose",
    [
        lambda maker: User.objects.filter(pk=maker.pk).update(is_active=False),
        lambda maker: User.objects.filter(pk=maker.pk).update(is_staff=False),
        lambda maker: maker.groups.clear(),
        lambda maker: maker.delete(),
    ],
)
def test_a_link_ends_with_the_login_or_the_right_of_whoever_made_it(reader, lose):
    page = a_page(public_from=None)
    browser = a_login("anna", "Redaktør")
    browser.post(admin_address(page, "del"), {"action": "make"})
    link = re.search(r"/kladde/[\w-]+/", browser.get(admin_address(page, "se/da")).content.decode())[0]
    assert reader.get(link).status_code == 200

    lose(User.objects.get(username="anna"))

    assert reader.get(link).status_code == 404


def test_a_shared_draft_says_that_it_is_one_and_since_when_and_its_languages_stay_on_it(staff, reader):
    page = a_page("hemmelig", public_from=None)
    save(staff, page, title_da="Kladden")
    saved_at = newest_version(page).saved_at
    said = staff.post(admin_address(page, "del"), {"action": "make"}, follow=True).content.decode()
    link = re.search(r"/kladde/[\w-]+/", said)[0]

    shown = html(reader, link)

    assert shown.index("Kun den, der har linket, kan se den.") < shown.index("<h1")
    assert f"Gemt {format_short_day(saved_at)}, kl. " in shown
    assert all(f'href="{prefix}{link}"' in shown for prefix in ("/en", "/ar", "/so", "/tr", "/fa", ""))
    assert 'href="/hvem/"' in shown, "another page is the public one"
    assert "Kladde</strong>" not in html(staff, admin_address(page, "se/da/side"))


def test_a_draft_that_nobody_has_saved_says_when_its_row_was(staff, reader):
    page = a_page("hemmelig", public_from=None)
    said = staff.post(admin_address(page, "del"), {"action": "make"}, follow=True).content.decode()
    shown = html(reader, re.search(r"/kladde/[\w-]+/", said)[0])
    assert f"Gemt {format_short_day(page.updated_at)}, kl. " in shown
