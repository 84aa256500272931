"""What is planned happens at its moment, and nobody without the right to publish changes what readers see."""

import logging
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from events.models import Event
from nejtilbander.publishing import serialization, versions
from nejtilbander.publishing.actions import publish, publish_due, withdraw
from nejtilbander.publishing.models import Redirect, SharedPreview, Version
from nejtilbander.publishing.redirects import add_redirect
from nejtilbander.publishing.trash import restore_deleted
from nejtilbander.publishing.versions import PublicationRefused
from pages.models import Initiative, Page, Statement
from tests.support.admin import form_of, save
from tests.support.factories import a_meeting, a_page, a_statement, a_working_copy, an_initiative
from tests.support.reader import Reader

pytestmark = pytest.mark.django_db
SOON, LATER = timedelta(hours=1), timedelta(days=7)


def a_draft(**fields):
    page = a_page(**{"public_from": None} | fields)
    return page, versions.save_version(page, serialization.serialize(page), None)


def seen(page):
    page.refresh_from_db()
    return page.title_da, page.is_withdrawn, type(page).objects.public().filter(pk=page.pk).exists()


def time_passes(monkeypatch, much):
    now = timezone.now() + much
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_what_is_withdrawn_stays_so_until_the_day_it_comes_back(reader, monkeypatch):
    page = a_page()
    withdraw(page, {"da": "Den var forkert."})
    publish(page, a_working_copy(page), timezone.now() + LATER)

    assert reader.get("/proeve/").status_code == 410
    assert seen(page) == ("Prøve", True, False)
    time_passes(monkeypatch, LATER + SOON)
    assert publish_due() == 1
    assert seen(page) == ("Nyt", False, True)


def test_what_was_public_for_a_time_stays_gone_until_the_day_it_comes_back(reader, monkeypatch):
    page = a_page(public_until=timezone.now() - SOON, public_from=timezone.now() - LATER)
    publish(page, a_working_copy(page), timezone.now() + LATER)

    assert reader.get("/proeve/").status_code == 410
    time_passes(monkeypatch, LATER + SOON)
    assert publish_due() == 1
    assert seen(page) == ("Nyt", False, True)


@pytest.mark.parametrize(("first", "then"), [(SOON, LATER), (LATER, SOON)], ids=["postponed", "brought forward"])
def test_a_first_publication_is_moved_to_another_day(first, then):
    page, version = a_draft()
    now = timezone.now()
    publish(page, version, now + first)
    publish(page, version, now + then)

    page.refresh_from_db()
    assert page.public_from == now + then


def test_publishing_a_correction_keeps_the_day_it_ends(staff):
    ends = (timezone.now() + LATER).replace(second=0, microsecond=0)
    page = a_page(public_until=ends)
    save(staff, page, title_da="Rettet")
    address = f"/admin/pages/page/{page.pk}/udgiv/"
    staff.post(address, form_of(staff.get(address).content.decode()))

    page.refresh_from_db()
    assert (page.title_da, page.public_until) == ("Rettet", ends)


def test_a_planned_change_brings_its_own_end_and_touches_the_present_one_only_then(monkeypatch):
    now = timezone.now()
    page = a_page(public_until=now + LATER)
    publish(page, a_working_copy(page), now + SOON, now + 3 * LATER)

    page.refresh_from_db()
    assert page.public_until == now + LATER
    time_passes(monkeypatch, 2 * SOON)
    publish_due()
    page.refresh_from_db()
    assert page.public_until == now + 3 * LATER


def test_what_is_deleted_is_not_published_by_an_old_plan(staff, monkeypatch):
    page = a_page()
    publish(page, a_working_copy(page), timezone.now() + SOON)
    newest = versions.newest_version(page)
    staff.post(f"/admin/pages/page/{page.pk}/delete/", {"post": "yes"})
    back = restore_deleted(newest, User.objects.get())

    time_passes(monkeypatch, LATER)
    assert publish_due() == 0
    assert seen(back)[2] is False


def test_found_twice_is_found_once():
    page = a_page()
    version = a_working_copy(page)
    page.delete()
    user = User.objects.create_user("en")
    restore_deleted(version, user)

    with pytest.raises(PublicationRefused):
        restore_deleted(version, user)


def test_a_plan_that_cannot_be_carried_out_takes_nothing_else_with_it(reader, monkeypatch, caplog):
    broken, fine = an_initiative("en"), an_initiative("to")
    bad = a_working_copy(broken)
    bad.content["fields"]["slug"] = "min nye vej"
    bad.content["updates"] = [{"id": "ikke et nummer"}]
    bad.save()
    publish(broken, bad, timezone.now() + SOON)
    publish(fine, a_working_copy(fine, "Den anden"), timezone.now() + SOON)

    time_passes(monkeypatch, 2 * SOON)
    with caplog.at_level(logging.WARNING):
        answer = reader.get("/indsatser/")

    assert answer.status_code == 200
    assert (seen(broken)[0], seen(fine)[0]) == ("Prøve", "Den anden")
    assert "was not published: ValueError" in caplog.text
    assert not Version.objects.filter(due_at__isnull=False).exists()


def test_an_old_address_leads_on_until_another_page_takes_it():
    add_redirect("/proeve/", "/hvem/")
    page, version = a_draft()
    publish(page, version, timezone.now() + LATER)
    assert Redirect.objects.filter(old_path="/proeve/").exists()

    publish(page, version)
    assert not Redirect.objects.exists()


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


def browser_of(role):
    user = User.objects.create_user(f"{role}-bruger", "en@example.dk", "lang adgangskode 1", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    browser = Reader()
    browser.force_login(user)
    return browser


@pytest.mark.parametrize(
    "make", [a_page, an_initiative, lambda: a_statement(99)], ids=["page", "initiative", "statement"]
)
def test_a_writer_deletes_drafts_and_nothing_that_readers_have_seen(static_files, make):
    writer, obj = browser_of("Redaktør"), make()
    address = f"/admin/{obj._meta.app_label}/{obj._meta.model_name}/{obj.pk}/delete/"

    assert writer.post(address, {"post": "yes"}).status_code == 403
    withdraw(obj, {"da": "Forkert"})
    assert writer.post(address, {"post": "yes"}).status_code == 403
    type(obj).objects.filter(pk=obj.pk).update(public_from=None, withdrawn_at=None)
    assert writer.post(address, {"post": "yes"}).status_code == 302


def test_the_statement_in_force_is_never_taken_away(staff, reader):
    current = Statement.objects.get(is_current=True)
    base = f"/admin/pages/statement/{current.pk}/"

    assert staff.post(f"{base}delete/", {"post": "yes"}).status_code == 403
    assert staff.post(f"{base}traek-tilbage/", {"da": "Væk"}).status_code == 302
    ends = {"seen": "0", "until_0": "2090-01-01", "until_1": "12:00"}
    assert "kan ikke holde op" in staff.post(f"{base}udgiv/", ends).content.decode()
    assert reader.get("/udtalelse/").status_code == 200


def test_a_statement_with_an_end_loses_it_when_it_is_put_in_force():
    other = a_statement(99, public_until=timezone.now() + LATER)
    other.put_in_force()
    other.refresh_from_db()
    assert (other.is_current, other.public_until) == (True, None)


def test_only_those_who_publish_meetings_close_sign_up_and_write_to_everyone(static_files):
    writer, arranger = browser_of("Redaktør"), browser_of("Mødeleder")
    meeting = a_meeting(key=True)
    base = f"/admin/events/event/{meeting.pk}/"

    assert "Brev til alle" not in writer.get(f"{base}change/").content.decode()
    assert "Brev til alle" in arranger.get(f"{base}change/").content.decode()
    for address, sent in (("tilmelding/", {"action": "close"}), ("brev/", {"action": "send", "da": "Hej"})):
        assert writer.post(base + address, sent).status_code == 403
    assert writer.get(f"{base}tilmelding/").status_code == 200
    assert arranger.post(f"{base}tilmelding/", {"action": "close"}).status_code == 302
    meeting.seats.refresh_from_db()
    assert meeting.seats.is_closed


def test_a_meeting_found_again_says_that_it_has_no_seats(staff):
    meeting = a_meeting(is_example=True)
    staff.post(f"/admin/events/event/{meeting.pk}/delete/", {"post": "yes"})
    version = Version.objects.filter(kind="events.event", object_id=meeting.pk).first()

    answer = staff.post("/admin/events/event/slettede/", {"version": version.pk}, follow=True)

    assert "Mødet har ingen pladser." in answer.content.decode()
    assert Event.objects.get(pk=meeting.pk).public_from is None


def test_an_administrator_gives_roles_and_cannot_become_more(static_files, staff):
    administrator = browser_of("Administrator")
    own, boss = User.objects.get(username="Administrator-bruger"), User.objects.get(is_superuser=True)

    form = administrator.get(f"/admin/auth/user/{own.pk}/change/").content.decode()
    assert 'name="groups"' in form
    assert 'name="is_superuser"' not in form
    fields = form_of(form) | {"is_superuser": ["on"], "username": ["ny-leder"]}
    assert administrator.post(f"/admin/auth/user/{own.pk}/change/", fields).status_code == 302
    own.refresh_from_db()
    assert (own.username, own.is_superuser) == ("ny-leder", False)

    assert administrator.post(f"/admin/auth/user/{boss.pk}/password/", {"password1": "x"}).status_code == 403
    assert administrator.post(f"/admin/auth/user/{boss.pk}/delete/", {"post": "yes"}).status_code == 403
    assert 'name="is_superuser"' in staff.get(f"/admin/auth/user/{own.pk}/change/").content.decode()


def test_what_one_publishes_is_told_to_that_one_alone():
    page = Page.objects.get(slug="hvem")
    assert publish(page, a_working_copy(page)).staff_messages == []
    assert Initiative.objects.exists()
