"""The admin's front page: everything as it stands on the desk, and each cell the way to where it is put right."""

import html
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Event
from nejtilbander.images.models import Picture
from nejtilbander.links.models import CheckedLink
from nejtilbander.publishing import actions, versions
from nejtilbander.publishing.launch_checklist import ITEMS
from pages.models import Initiative, Page
from tests.nejtilbander.accounts.driver import a_user, an_app, logged_in
from tests.support.admin import a_login, save
from tests.support.factories import a_page, an_initiative

pytestmark = pytest.mark.django_db


def front_of(browser):
    response = browser.get("/admin/", headers={"accept-encoding": ""})
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def row_of(front, title):
    """The links of one thing's row: (words without those for screen readers, address), and the row itself."""
    row = re.search(rf"<tr>(?:(?!</tr>).)*{re.escape(title)}.*?</tr>", front, re.DOTALL)[0]
    return links_in(row), row


def links_in(part):
    found = re.findall(
        r'<a href="([^"]+)"[^>]*>(.*?)</a>', re.sub(r'<span class="visually-hidden">[^<]*</span>', "", part)
    )
    return [(re.sub(r"<[^>]+>", "", words), address) for address, words in found]


def admin(obj, page="change"):
    return f"/admin/{obj._meta.app_label}/{obj._meta.model_name}/{obj.pk}/{page}/"


def dead(url, error="siden findes ikke", failures=2):
    CheckedLink.objects.create(url=url, error=error, failures=failures)


def test_every_text_in_every_language_is_shown_as_it_stands_on_the_desk(staff):
    page = Page.objects.get(slug="hvem")
    save(staff, page, title_da="Ændret i kladden")
    today = timezone.localdate()
    Page.objects.filter(pk=page.pk).update(review_by=today, owner=User.objects.get())

    _, row = row_of(front_of(staff), "Ændret i kladden")

    assert row.count("desk-outdated") == 5
    assert "ikke er udgivet" in row
    assert f"<strong>nu: </strong>{today:%d.%m.%Y}, prove" in row


def test_what_was_written_after_it_was_withdrawn_is_shown_too(staff):
    page = a_page("trukket")
    actions.withdraw(page, {"da": "Slut."})
    save(staff, page, title_da="Skrevet om bagefter")

    _, row = row_of(front_of(staff), "Skrevet om bagefter")

    assert "trukket tilbage" in row


def test_each_cell_leads_to_where_it_is_put_right(staff):
    page = a_page("celler", title_da="Alle celler", body_da="<p>Den her tekst er den længste af dem.</p>")
    change = admin(page)

    links, row = row_of(front_of(staff), "Alle celler")

    assert links == [
        ("Alle celler", change),
        ("offentlig", admin(page, "history")),
        ("12", f"{change}?sprog=da#id_body_da"),
        ("–", admin(page, "omsorg")),
        *(("mangler", f"{change}?sprog={code}#id_title_{code}") for code in ("en", "ar", "so", "tr", "fa")),
    ]
    assert "<td>0</td>" in row


def test_what_is_not_published_leads_to_where_it_is(staff):
    draft, changed = a_page("ny", public_from=None, title_da="En ny"), a_page("aendret")
    save(staff, changed, title_da="En ændret")
    front = front_of(staff)

    assert row_of(front, "En ny")[0][1] == ("kladde", admin(draft, "udgiv"))
    assert row_of(front, "En ændret")[0][1][1] == admin(changed, "udgiv")


def test_a_language_leads_to_the_first_field_it_lacks_and_else_to_the_first_with_words(staff):
    page = a_page("halvt", title_da="Halvt oversat", summary_da="", body_da="<p>Ord.</p>", title_ar="نصف")
    other = a_page("uden", title_da="", summary_da="Uden titel", summary_ar="بلا عنوان")
    front = front_of(staff)

    assert row_of(front, "Halvt oversat")[0][5] == ("mangler", f"{admin(page)}?sprog=ar#id_body_ar")
    assert row_of(front, admin(other))[0][5] == ("gammel", f"{admin(other)}?sprog=ar#id_summary_ar")


def test_a_text_without_a_word_has_a_field_to_begin_with_too(staff):
    page = a_page("tom", title_da="", summary_da="", public_from=None)

    links, _ = row_of(front_of(staff), admin(page))

    assert links[2:5:2] == [
        ("0", f"{admin(page)}?sprog=da#id_title_da"),
        ("gammel", f"{admin(page)}?sprog=en#id_title_en"),
    ]


def test_the_rows_of_a_draft_count_and_a_language_leads_to_the_row_that_needs_it(staff):
    initiative = Initiative.objects.get(slug="nye-redskaber")
    save(staff, initiative, **{"updates-0-title_da": "Rettet i kladden"})

    links, row = row_of(front_of(staff), "Nye redskaber")

    assert row.count("desk-outdated") == 5
    assert links[5] == ("gammel", f"{admin(initiative)}?sprog=ar#id_updates-0-title_ar")


def test_dead_links_are_named_with_what_is_wrong_and_lead_to_the_field_they_stand_in(staff):
    initiative = an_initiative(
        title_da="Med links", source_url="https://example.dk/kilde",
        body_ar='<p><a href="/vaek/">a</a> <a href="/lever/">b</a></p>',
    )  # fmt: skip
    initiative.updates.create(date="2026-01-01", title_da="Nyt", body_da='<p><a href="/vaek/">a</a></p>')
    dead("https://example.dk/kilde", "svarer 404: siden findes ikke")
    dead("/vaek/")
    dead("/lever/", failures=1)

    links, row = row_of(front_of(staff), "Med links")

    assert links[3:6] == [
        ("https://example.dk/kilde", f"{admin(initiative)}?sprog=da#id_source_url"),
        ("/vaek/", f"{admin(initiative)}?sprog=ar#id_body_ar"),
        ("/vaek/", f"{admin(initiative)}?sprog=da#id_updates-0-body_da"),
    ]
    assert re.findall(r'desk-note">([^<]*)</span></li>', row) == [
        "svarer 404: siden findes ikke", "siden findes ikke", "siden findes ikke",
    ]  # fmt: skip
    assert "<strong>3</strong>" in row


def waiting_in(front):
    rows = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", front.partition('class="desk-waiting"')[2])
    return {re.sub(r"<[^>]+>", "", what): links_in(ways) for what, ways in rows}


def test_what_cannot_wait_stands_on_top_with_the_way_to_it(staff):
    page = a_page("venter", title_da="Venter", body_da='<p><a href="/vaek/">a</a></p>', review_by=timezone.localdate())
    dead("/vaek/")
    save(staff, page, summary_da="Anderledes.")
    shown = an_initiative("vist", title_da="Vist", picture=Picture.objects.create(name="x", digest="0" * 16, width=900))
    a_page("ikke-endnu", review_by=timezone.localdate() + timedelta(days=1))

    waiting = waiting_in(front_of(staff))

    assert list(waiting.items())[:4] == [
        ("Skal gennemgås nu 1", [("Venter", admin(page, "omsorg"))]),
        ("Døde links 1", [("Venter", f"{admin(page)}?sprog=da#id_body_da")]),
        ("Billede uden ord 1", [("Vist", f"{admin(shown)}?sprog=da#id_picture_alt_da")]),
        ("Ændret, ikke udgivet 1", [("Venter", admin(page, "udgiv"))]),
    ]


def test_on_launch_day_only_the_launch_waits_and_each_number_stands_after_its_language(staff):
    front = front_of(staff)

    assert list(waiting_in(front)) == [f"Før åbningen {len(ITEMS)}", "Oversættelser, der venter"]
    assert re.findall(r'<bdi lang="(\w+)">[^<]+</bdi> <strong>(\d+)</strong>', front) == [
        ("en", "0"), ("ar", "0"), ("so", "0"), ("tr", "0"), ("fa", "0"),
    ]  # fmt: skip


def test_a_hard_text_stands_out(staff):
    a_page("svaer", title_da="Svær", body_da=f"<p>{'Myndighedsudøvelse foranstaltninger ' * 10}.</p>")

    assert re.search(r"#id_body_da\"><strong>\d+</strong>", row_of(front_of(staff), "Svær")[1])


def test_an_empty_kind_says_so_and_offers_to_begin(staff):
    Event.objects.all().delete()

    table = re.search(r"<caption><a[^>]*>Stormøder<.*?</table>", front_of(staff), re.DOTALL)[0]

    assert "Ingen endnu." in table
    assert "<thead>" not in table
    assert links_in(table) == [("Stormøder", "/admin/events/event/"), ("Tilføj", "/admin/events/event/add/")]


def kinds_in(front):
    return [address for _, address in links_in(re.search(r'<nav aria-label="Lister".*?</nav>', front, re.DOTALL)[0])]


def test_every_list_and_every_new_thing_is_one_click_from_the_top_and_logins_come_last(staff):
    lists = [
        "pages/partner", "pages/initiative", "pages/page", "pages/statement", "nejtilbander/notice",
        "nejtilbander/picture", "nejtilbander/document", "nejtilbander/redirect", "events/event", "auth/user",
    ]  # fmt: skip

    front = front_of(staff)

    expected = [f"/admin/{name}/{page}" for name in lists for page in ("", "add/")] + ["/admin/auth/group/"]
    expected.insert(expected.index("/admin/events/event/"), "/admin/nejtilbander/auditline/")  # nothing to add there
    assert kinds_in(front) == expected
    assert front.index('aria-label="Lister"') < front.index("<table>")


def test_each_role_is_offered_what_it_may_do_and_no_more(static_files):
    translator = front_of(a_login("en", "Oversætter (arabisk)"))

    assert not [address for _, address in links_in(translator) if re.search(r"/(add|udgiv|omsorg)/", address)]
    page = Page.objects.get(slug="hvem")
    assert row_of(translator, admin(page))[0][1] == ("offentlig", admin(page, "history"))


def test_whoever_has_no_role_is_told_so(static_files):
    front = front_of(a_login("en"))

    assert "Bed en administrator om en rolle." in front
    assert "<table>" not in front


def test_the_front_page_takes_at_most_eighteen_queries_with_sixty_pages(static_files):
    for number in range(60):
        versions.ensure_first_version(a_page(f"side-{number}", title_da=f"Side nummer {number}"))
    an_app(a_user(is_superuser=True))
    anna = logged_in()
    with CaptureQueriesContext(connection) as queries:
        front = front_of(anna)

    assert all(f">Side nummer {number}<" in front for number in range(60))
    # One for each kind's documents: they are translated, and shown, with their text.
    assert len(queries) <= 18, [query["sql"][:90] for query in queries]
