"""Min side: what waits for whoever is logged in, what has happened, and where to go."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nejtilbander.editorial import my_page
from nejtilbander.editorial.my_page import Row, Section
from nejtilbander.publishing import actions, versions
from nejtilbander.publishing.models import PublicationStatus, Version
from pages.models import Page
from tests.nejtilbander.accounts.driver import a_user, an_app, logged_in
from tests.nejtilbander.editorial.desk.driver import admin, cards_in, dead, links_in, notes_in, page_of, titles_in
from tests.support.admin import a_login, save
from tests.support.factories import a_page, a_working_copy

pytestmark = pytest.mark.django_db
FRONT = "/admin/"
CHANGED = PublicationStatus.CHANGED.label


def test_my_drafts_are_those_i_saved_last_and_nobody_has_published_the_newest_first(static_files):
    anna, bo = a_login("anna", "Redaktør"), a_login("bo", "Udgiver")
    mine, his, out = a_page("min"), a_page("hans"), a_page("ude")
    new = a_page("ny", public_from=None)
    save(anna, mine, title_da="Min"), save(anna, new, title_da="Helt ny")
    save(anna, his, title_da="Først min"), save(bo, his, title_da="Så hans")
    save(anna, out, title_da="Ude nu")
    actions.publish(out, versions.newest_version(out))

    front = page_of(anna, FRONT)

    assert cards_in(front)["Mine kladder"] == [("Helt ny", admin(new)), ("Min", admin(mine))]
    assert notes_in(front, "Mine kladder")[1].startswith(f"side · {CHANGED} · gemt i dag kl. ")
    assert cards_in(page_of(bo, FRONT))["Mine kladder"] == [("Så hans", admin(his))]


def test_reviews_that_are_due_wait_for_their_owner_and_without_one_for_all_who_write(static_files):
    anna, amal = a_login("anna", "Redaktør"), a_login("amal", "Oversætter (arabisk)")
    today = timezone.localdate()
    hers = a_page("hendes", title_da="Annas", review_by=today, owner=anna.user)
    nobodys = a_page("ingens", title_da="Ingens", review_by=today)
    amals = a_page("amals", title_da="Amals", review_by=today, owner=amal.user)
    a_page("ikke-endnu", review_by=today + timedelta(days=1))

    front = page_of(anna, FRONT)

    assert cards_in(front)["Venter på mig"] == [("Annas", admin(hers, "omsorg")), ("Ingens", admin(nobodys, "omsorg"))]
    assert notes_in(front, "Venter på mig")[0] == f"side · skulle gennemgås {today:%d.%m.%Y}"
    assert cards_in(page_of(amal, FRONT))["Venter på mig"] == [("Amals", admin(amals))]


def test_what_is_planned_stands_with_when_the_soonest_first(staff):
    first, second = (
        a_page(slug, title_da="Første gang", public_from=timezone.localtime() + timedelta(days=2))
        for slug in ("a", "b")
    )
    Page.objects.filter(pk=second.pk).update(public_from=first.public_from)
    again = a_page("igen")
    actions.publish(again, a_working_copy(again, "Ny udgave"), timezone.now() + timedelta(days=1))

    front = page_of(staff, FRONT)

    assert cards_in(front)["Planlagt"] == [
        ("Ny udgave", admin(again)), ("Første gang", admin(first)), ("Første gang", admin(second)),
    ]  # fmt: skip
    assert notes_in(front, "Planlagt")[0].startswith("side · bliver offentlig i morgen kl. ")


def test_the_latest_changes_say_who_what_and_when(static_files):
    anna, page = a_login("anna", "Redaktør"), a_page("rettet")
    save(anna, page, title_da="Rettet i går")
    Version.objects.filter(number=2).update(saved_at=timezone.now() - timedelta(days=1))

    front = page_of(a_login("bo", "Udgiver"), FRONT)

    assert cards_in(front)["Seneste ændringer"] == [("Rettet i går", admin(page, "history"))]
    assert re.fullmatch(rf"side · anna · i går kl\. \d\d\.\d\d · {CHANGED}", notes_in(front, "Seneste ændringer")[0])


def test_the_whole_site_is_counted_with_a_way_to_each_kind_of_trouble(staff):
    a_page("halv", body_da='<p><a href="/vaek/">a</a></p>')
    dead("/vaek/")

    card = cards_in(page_of(staff, FRONT))["Hele sitet"]

    assert card == [
        ("Døde links", "/admin/overblik/?fejl=doede-links"),
        ("Mangler på et sprog", "/admin/overblik/?fejl=mangler"),
        *((name, f"/admin/overblik/{code}/") for name, code in
          (("Engelsk", "en"), ("Arabisk", "ar"), ("Somalisk", "so"), ("Tyrkisk", "tr"), ("Persisk", "fa"))),
        ("Se overblikket", "/admin/overblik/"),
    ]  # fmt: skip


def test_on_launch_day_nothing_waits(staff):
    front = page_of(staff, FRONT)

    assert list(cards_in(front)) == ["Hele sitet"]
    assert "Intet mangler lige nu." in front


def test_whoever_translates_has_the_work_of_the_language_on_top_and_nothing_of_others(static_files):
    page = a_page("venter", title_da="Venter", summary_da="")
    amal = a_login("amal", "Oversætter (arabisk)")

    front = page_of(amal, FRONT)

    assert "Mangler eller skal opdateres på arabisk: 1" in front
    assert titles_in(front) == ["Venter"]
    assert ("Oversæt", f"{admin(page)}?sprog=ar#id_title_ar") in links_in(front)
    assert ("Se alle oversættelser til arabisk", "/admin/overblik/ar/") in links_in(front)
    assert "Hele sitet" not in cards_in(front)
    page.delete()
    assert "Intet venter på dig." in page_of(amal, FRONT)


def test_only_whoever_was_given_a_language_has_a_list_for_it(static_files, staff):
    a_page("venter")

    assert "page-own" in page_of(a_login("begge", "Redaktør", "Oversætter (arabisk)"), FRONT)
    assert "page-own" not in page_of(a_login("en", "Redaktør"), FRONT)
    assert "page-own" not in page_of(staff, FRONT)


def test_another_part_of_the_site_adds_a_section_for_those_it_concerns(static_files, monkeypatch):
    def for_anna(request):
        rows = [Row("Se på den her", "/admin/et/sted/", "fra bo")] if request.user.username == "anna" else []
        return Section("Venter på mit gennemsyn", rows, "/admin/alle/")

    def for_nobody(request):
        return None

    monkeypatch.setattr(my_page, "sections", [for_anna, for_nobody])
    anna, bo = a_login("anna", "Redaktør"), a_login("bo", "Redaktør")

    assert cards_in(page_of(anna, FRONT))["Venter på mit gennemsyn"] == [
        ("Se på den her", "/admin/et/sted/"), ("Se alle", "/admin/alle/"),
    ]  # fmt: skip
    assert notes_in(page_of(anna, FRONT), "Venter på mit gennemsyn") == ["fra bo"]
    assert "Venter på mit gennemsyn" not in cards_in(page_of(bo, FRONT))


def lists_in(front):
    return [address for _, address in links_in(re.search(r'<nav aria-label="Lister".*?</nav>', front, re.DOTALL)[0])]


def test_every_list_and_every_new_thing_is_one_click_from_the_top_and_logins_come_last(staff):
    lists = [
        "pages/partner", "pages/initiative", "pages/page", "pages/statement", "nejtilbander/notice",
        "nejtilbander/picture", "nejtilbander/document", "nejtilbander/redirect", "events/event", "auth/user",
    ]  # fmt: skip

    front = page_of(staff, FRONT)

    expected = [f"/admin/{name}/{page}" for name in lists for page in ("", "add/")] + ["/admin/auth/group/"]
    expected.insert(expected.index("/admin/events/event/"), "/admin/nejtilbander/auditline/")  # nothing to add there
    assert lists_in(front) == expected
    assert front.index('aria-label="Lister"') < front.index("page-cards")


def test_whoever_has_no_role_is_told_so_and_has_nothing_to_search_in(static_files):
    front = page_of(a_login("en"), FRONT)

    assert "Bed en administrator om en rolle." in front
    assert "page-card" not in front.partition("page-cards")[2].partition("</div>")[0]
    assert 'role="search"' not in front


def test_min_side_takes_at_most_eleven_queries_with_sixty_pages(static_files):
    for number in range(60):
        page = a_page(f"side-{number}", title_da=f"Side nummer {number}")
        versions.ensure_first_version(page)
    an_app(a_user(is_superuser=True))
    anna = logged_in()
    Version.objects.update(saved_by=User.objects.get(username="anna"))
    page_of(anna, FRONT)  # the summaries are made once
    with CaptureQueriesContext(connection) as queries:
        front = page_of(anna, FRONT)

    assert len(cards_in(front)["Seneste ændringer"]) == 8
    assert Page.objects.count() > 60
    assert len(queries) <= 11, [query["sql"][:90] for query in queries]
