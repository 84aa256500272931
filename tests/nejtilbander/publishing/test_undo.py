"""A publication that is undone: readers get what they saw before, wherever they look."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from nejtilbander.audit.models import AuditLine
from nejtilbander.caching.memory import clear
from nejtilbander.publishing import actions, serialization, versions
from nejtilbander.publishing.models import Publication, PublicationStatus, Redirect, Version
from nejtilbander.publishing.redirects import add_redirect
from nejtilbander.publishing.undo import FIXED, NEWER, TAKEN, UNDO_DAYS, last_publication, undo
from nejtilbander.publishing.versions import PublicationRefused
from tests.support.admin import admin_address, edit, html, later, plan, publish, said, save, status_of
from tests.support.factories import a_notice, a_page, a_statement, a_working_copy, an_initiative

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PLAIN = {"accept-encoding": ""}
CHANNELS = [
    "/indsatser/gamle-ord/", "/indsatser/nye-ord/", "/indsatser/", "/ar/indsatser/gamle-ord/", "/aktuelt/",
    "/aktuelt.atom", "/soeg/?q=solsort", "/soeg/?q=musvit", "/sitemap.xml", "/",
]  # fmt: skip
MOMENTS = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+]+Z?|nonce-?[^\"]*\"[^\"]*\"|\"\d{4}-\d\d-\d\d\"")


def seen(reader):
    """What readers get in every channel, but for when it was made."""
    found = {}
    for address in CHANNELS:
        clear()
        answer = reader.get(address, headers=PLAIN)
        location = answer.headers.get("Location", "")
        found[address] = (answer.status_code, location, MOMENTS.sub("", answer.content.decode()))
    return found


def undo_last(obj):
    obj.refresh_from_db()
    return undo(obj, last_publication(obj).pk)


def an_old_initiative(**fields):
    initiative = an_initiative("gamle-ord", **{"title_da": "Solsort", "title_ar": "قديم"} | fields)
    initiative.updates.create(date="2026-01-01", title_da="Det første", body_da="<p>Solsort.</p>")
    versions.ensure_first_version(initiative)
    return initiative


def publish_with(obj, at=None, until=None, **columns):
    """A new version of `obj` with other values in some columns, published."""
    obj.refresh_from_db()
    content = serialization.serialize(obj)
    content["fields"] |= columns
    version = versions.save_version(obj, content, None) or versions.newest_version(obj)
    actions.publish(obj, version, at, until)
    obj.refresh_from_db()
    return version


@pytest.mark.parametrize(
    "columns",
    [{"title_da": "Musvit"}, {"slug": "nye-ord"}, {"slug": "nye-ord", "title_da": "Musvit", "title_ar": ""},
     {"level": "intervening", "order": 7, "summary_da": "Musvit."}],
    ids=["words", "address", "both", "place in the list"],
)  # fmt: skip
def test_readers_see_in_every_channel_what_they_saw_before(reader, columns):
    initiative = an_old_initiative()
    first = seen(reader)
    publish_with(initiative, **columns)
    assert seen(reader) != first

    undo_last(initiative)

    assert seen(reader) == first


def test_rows_inside_come_and_go_as_they_were(reader):
    initiative = an_old_initiative()
    first = seen(reader)
    content = serialization.serialize(initiative)
    content["updates"] = [{"id": 77, "date": "2026-02-02", "title_da": "Musvit", "body_da": ""}]
    actions.publish(initiative, versions.save_version(initiative, content, None))
    assert seen(reader) != first

    undo_last(initiative)

    assert seen(reader) == first
    assert [update.title_da for update in initiative.updates.all()] == ["Det første"]


def test_only_the_last_of_two_publications_is_undone_and_only_once(reader):
    initiative = an_old_initiative()
    publish_with(initiative, title_da="Musvit")
    second = seen(reader)
    publish_with(initiative, title_da="Ugle")

    undo_last(initiative)

    assert seen(reader) == second
    initiative.refresh_from_db()
    assert (last_publication(initiative), initiative.public_version) == (None, 2)


def test_what_readers_had_lost_is_lost_again(reader):
    initiative = an_old_initiative()
    actions.withdraw(initiative, {"da": "Den var forkert."})
    gone = seen(reader)
    publish_with(initiative, title_da="Musvit")
    assert seen(reader) != gone

    undo_last(initiative)

    assert seen(reader) == gone
    assert gone["/indsatser/gamle-ord/"][0] == 410


def test_what_readers_had_never_seen_is_a_draft_again_with_its_newest_words(reader):
    page = a_page("kladde", public_from=None)
    first = versions.save_version(page, serialization.serialize(page), None)
    actions.publish(page, first, until=timezone.now() + timedelta(days=1))
    newer = a_working_copy(page, "Nyere ord")
    assert reader.get("/kladde/").status_code == 200

    undo_last(page)

    clear()
    assert reader.get("/kladde/").status_code == 404
    page.refresh_from_db()
    assert (page.public_from, page.public_until, page.public_version) == (None, None, None)
    assert page.title_da == "Nyere ord", "the lists of staff show the draft"
    assert versions.newest_version(page) == newer
    assert status_of(page) == PublicationStatus.DRAFT
    assert not Version.objects.exclude(published_at=None).exists()
    publish_with(page)
    clear()
    assert "Nyere ord" in html(reader, "/kladde/")


def test_a_publication_that_waited_for_its_day_goes_back_to_a_draft_and_not_to_the_plan(monkeypatch):
    page = a_page("snart", public_from=None)
    version = versions.save_version(page, serialization.serialize(page), None)
    actions.publish(page, version, timezone.now() + timedelta(hours=1))
    page.refresh_from_db()
    assert last_publication(page) is None, "a plan is cancelled"
    actions.publish(page, version)

    undo_last(page)

    assert status_of(page) == PublicationStatus.DRAFT


def test_a_plan_that_came_after_stays_unless_there_is_nothing_public_left_to_change(monkeypatch):
    page, new = a_page("plan"), a_page("ny-plan", public_from=None)
    publish_with(page, title_da="B")
    publish_with(new, title_da="B")
    for obj in (page, new):
        publish_with(obj, title_da="C", at=timezone.now() + timedelta(hours=1))
        undo_last(obj)

    assert actions.plan_of(page) is not None
    assert actions.plan_of(new) is None


def test_a_version_that_was_undone_can_be_planned(monkeypatch, reader):
    page = a_page("igen", title_da="A")
    version = publish_with(page, title_da="B")
    undo_last(page)
    version.refresh_from_db()
    actions.publish(page, version, timezone.now() + timedelta(hours=1))

    later(monkeypatch, hours=2)
    assert actions.publish_due() == 1
    assert "<h1>B</h1>" in html(reader, "/igen/")


def test_what_the_worker_published_by_a_plan_is_undone_too(monkeypatch, reader):
    page = a_page("arbejder", title_da="A")
    publish_with(page, title_da="B", at=timezone.now() + timedelta(hours=1))
    assert Publication.objects.count() == 0
    later(monkeypatch, hours=2)
    actions.publish_due()

    undo_last(page)

    assert "<h1>A</h1>" in html(reader, "/arbejder/")


def test_redirects_are_as_they_were_but_for_those_that_staff_have_changed_since():
    page = a_page("a")
    versions.ensure_first_version(page)
    add_redirect("/gammel/", "/a/")
    add_redirect("/b/", "/hvem/")
    add_redirect("/anden/", "/a/")
    publish_with(page, slug="b")
    moved = dict(Redirect.objects.values_list("old_path", "new_path"))
    assert moved == {"/a/": "/b/", "/gammel/": "/b/", "/anden/": "/b/"}
    Redirect.objects.filter(old_path="/anden/").update(new_path="/kontakt/")

    undo_last(page)

    assert dict(Redirect.objects.values_list("old_path", "new_path")) == {
        "/gammel/": "/a/", "/b/": "/hvem/", "/anden/": "/kontakt/"
    }  # fmt: skip


def test_the_same_version_with_another_end_is_undone_to_the_end_it_had():
    page = a_page("slutter")
    first = publish_with(page)
    actions.publish(page, first, until=timezone.now() + timedelta(days=1))

    undo_last(page)

    page.refresh_from_db()
    first.refresh_from_db()
    assert (page.public_until, page.public_version, first.published_at is None) == (None, first.number, False)


def test_a_notice_ends_when_it_did_before():
    notice = a_notice("Rådhuset er lukket", lasts=timedelta(hours=3))
    ends = notice.public_until
    publish_with(notice, title_da="Broen er lukket", until=timezone.now() + timedelta(days=2))

    undo_last(notice)

    notice.refresh_from_db()
    assert (notice.title_da, notice.public_until) == ("Rådhuset er lukket", ends)


@pytest.mark.parametrize("newer", ["publication", "withdrawal", "a week"])
def test_undoing_what_is_not_the_last_any_more_is_refused(newer, monkeypatch):
    page = a_page("nyere")
    publish_with(page, title_da="B")
    old = last_publication(page)
    if newer == "publication":
        publish_with(page, title_da="C")
    elif newer == "withdrawal":
        actions.withdraw(page, {"da": "Væk."})
    else:
        later(monkeypatch, days=UNDO_DAYS, minutes=1)
    page.refresh_from_db()
    before = serialization.serialize(page)

    with pytest.raises(PublicationRefused, match=re.escape(NEWER)):
        undo(page, old.pk)

    page.refresh_from_db()
    assert serialization.serialize(page) == before


def test_an_address_that_another_has_taken_since_is_not_taken_back():
    page = a_page("a")
    publish_with(page, slug="b")
    a_page("a")

    with pytest.raises(PublicationRefused, match=re.escape(TAKEN)):
        undo_last(page)
    page.refresh_from_db()
    assert (page.slug, last_publication(page) is not None) == ("b", True)


def test_the_statement_in_force_is_changed_back_but_never_taken_away():
    statement = a_statement(99, public_from=None)
    publish_with(statement)
    statement.put_in_force()
    with pytest.raises(PublicationRefused, match=re.escape(FIXED)):
        undo_last(statement)

    publish_with(statement, title_da="Ny")
    undo_last(statement)
    statement.refresh_from_db()
    assert (statement.title_da, statement.is_current) == ("Vi siger nej", True)


def test_staff_undo_in_one_click_from_the_message_that_tells_of_it(staff, reader):
    page = a_page("et-klik", title_da="A")
    save(staff, page, title_da="B")
    publish(staff, page)
    address = admin_address(page, "fortryd")
    shown = html(staff, admin_address(page, "change"))
    button = re.search(rf'Læserne ser den nu\. <form method="post" action="{address}".*?</form>', shown)[0]
    number = re.search(r'name="publication" value="(\d+)"', button)[1]
    save(staff, page, title_da="C")

    told = said(staff.post(address, {"publication": number}, follow=True))

    assert told[-1] == "Udgivelsen er fortrudt. Læserne ser det samme som før, og din kladde er her stadig."
    assert "<h1>A</h1>" in html(reader, "/et-klik/")
    assert versions.newest_version(page).content["fields"]["title_da"] == "C"
    assert status_of(page) == PublicationStatus.CHANGED
    words = "Udgivelsen af version 2 fortrudt."
    assert LogEntry.objects.first().get_change_message() == words
    assert AuditLine.objects.order_by("number").last().words == words


def test_the_page_says_what_undoing_does_and_is_led_to_while_there_is_something_to_undo(staff, monkeypatch):
    page = a_page("gammel-vej", title_da="Solsort")
    save(staff, page, title_da="Musvit", slug="ny-vej")
    places = [admin_address(page, "change"), admin_address(page, "history")]
    address = admin_address(page, "fortryd")
    assert [address in html(staff, place) for place in places] == [False, False]
    assert "Der er ikke noget at fortryde" in html(staff, address)
    publish(staff, page)

    assert [address in html(staff, place) for place in places] == [True, True]
    shown = html(staff, address)
    assert "/gammel-vej/ leder ikke videre til /ny-vej/ mere." in shown
    assert ("<del>Musvit" in shown, "<ins>Solsort" in shown) == (True, True)
    new = a_page("aldrig-set", public_from=None)
    publish(staff, new)
    assert "Den bliver en kladde igen" in html(staff, admin_address(new, "fortryd"))


def test_a_page_that_was_shown_before_something_newer_was_published_undoes_nothing(staff, reader):
    page = a_page("kaploeb", title_da="A")
    edit(staff, page, title_da="B")
    old = last_publication(page).pk
    edit(staff, page, title_da="C")

    for number in (str(old), "", "x"):
        refused = staff.post(admin_address(page, "fortryd"), {"publication": number}, headers=PLAIN)
        assert refused.status_code == 422
        assert NEWER in refused.content.decode()
    assert "<h1>C</h1>" in html(reader, "/kaploeb/")


def test_a_plan_made_by_staff_is_no_publication_to_undo(staff):
    page = a_page("planlagt")
    save(staff, page, title_da="B")
    plan(staff, page, at=timezone.now() + timedelta(hours=1))
    assert admin_address(page, "fortryd") not in html(staff, admin_address(page, "change"))
