"""What is planned happens at its moment, and what is published, withdrawn and put in force stays whole."""

import logging
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from nejtilbander.caching import memory
from nejtilbander.publishing import serialization, versions
from nejtilbander.publishing.actions import publish, publish_due, withdraw
from nejtilbander.publishing.models import Redirect, Version
from nejtilbander.publishing.redirects import add_redirect
from nejtilbander.publishing.trash import restore_deleted
from nejtilbander.publishing.versions import PublicationRefused
from pages.models import Initiative, Page, Statement
from tests.support.admin import form_of, save
from tests.support.factories import a_page, a_statement, a_working_copy, an_initiative

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


def test_the_internet_facing_process_publishes_nothing_and_keeps_no_page_while_another_has_yet_to(
    reader, monkeypatch, settings
):
    page = a_page()
    publish(page, a_working_copy(page), timezone.now() + SOON)
    time_passes(monkeypatch, SOON)
    settings.SITE_ROLE = "public"

    answer = reader.get("/proeve/")

    assert publish_due() == 0
    assert seen(page)[0] == "Prøve"
    assert answer.headers["Cache-Control"].startswith("public, max-age=1,")
    memory.clear()
    time_passes(monkeypatch, 2 * LATER)
    assert reader.get("/proeve/").headers["Cache-Control"].startswith("public, max-age=60,"), "nobody publishes it"


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


def test_what_one_publishes_is_told_to_that_one_alone():
    page = Page.objects.get(slug="hvem")
    assert publish(page, a_working_copy(page)).staff_messages == []
    assert Initiative.objects.exists()
