"""Everything that staff do becomes a line of the audit trail, once, and one line of the log."""

import json
import logging
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, Permission, User
from django.utils import timezone

from events.privacy.two_people import CONTACT_LIST
from nejtilbander.audit.models import AuditLine
from nejtilbander.images.models import Picture
from nejtilbander.publishing import actions
from nejtilbander.publishing.models import Redirect, Version
from tests.nejtilbander.audit.driver import verified
from tests.support.admin import a_login, admin_address, later, plan, publish, save
from tests.support.approvals import a_yes
from tests.support.factories import a_meeting, a_page
from tests.support.reader import Reader

pytestmark = pytest.mark.django_db
PASSWORD = "en lang prøve-adgangskode"


@contextmanager
def new_lines():
    """A list that fills with (kind, who, name, what, which, words) of what was added in the block."""
    found, before = [], AuditLine.objects.count()
    yield found
    added = AuditLine.objects.order_by("number")[before:]
    found += added.values_list("kind", "who", "who_name", "what", "which", "words")


@pytest.fixture
def by(staff):
    """Who `staff` is."""
    user = User.objects.get(username="prove")
    return user.pk, "prove"


def test_every_change_is_one_line_of_json_in_the_log_by_number_and_without_names(
    staff, caplog, django_capture_on_commit_callbacks
):
    page = a_page("log")
    logger = logging.getLogger("nejtilbander.changes")
    logger.addHandler(caplog.handler)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            save(staff, page, title_da="Andet")
            publish(staff, page)
    finally:
        logger.removeHandler(caplog.handler)

    said = [json.loads(record.message) for record in caplog.records if record.name == "nejtilbander.changes"]
    stored = AuditLine.objects.filter(what="pages.page").order_by("number")
    assert said == [
        {
            "at": line.at.isoformat(), "who": User.objects.get().pk, "did": "changed", "what": "pages.page",
            "which": str(page.pk), "words": line.words, "number": line.number, "hash": line.hash,
        }
        for line in stored
    ]  # fmt: skip
    assert [line["words"] for line in said] == ["Ændrede Titel på dansk.", "Version 2 udgivet."]
    assert "prove" not in str(said)


def test_publishing_withdrawing_and_a_tick_before_the_launch_are_one_line_each(staff, by):
    page = a_page("linje", public_from=None)
    about = (*by, "pages.page", str(page.pk))
    with new_lines() as found:
        publish(staff, page)
        staff.post(admin_address(page, "traek-tilbage"), {"da": "Den var forkert."})
        staff.post("/admin/aabning/mail/", {"is_checked": "1"})

    assert [line[:5] for line in found[:2]] == [("changed", *about)] * 2
    assert found[2][:4] == ("changed", *by, "nejtilbander.launchtick")
    assert [line[5] for line in found] == ["Version 1 udgivet.", "Trukket tilbage. Grund: Den var forkert.", "Tjekket."]


def test_what_is_deleted_and_found_again_is_a_line_each(staff, by):
    page = a_page("vaek", public_from=None)
    with new_lines() as found:
        staff.post(admin_address(page, "delete"), {"post": "yes"})
        version = Version.objects.get(kind="pages.page", object_id=page.pk, number=1)
        staff.post("/admin/pages/page/slettede/", {"version": version.pk})

    about = (*by, "pages.page", str(page.pk))
    assert found[0] == ("deleted", *about, "")
    assert [(line[0], line[5]) for line in found[1:]] == [("changed", "Fundet frem igen.")]


def test_what_goes_out_by_plan_is_a_line_of_nobodys(staff, by, monkeypatch):
    page = a_page("plan", title_da="Gammel")
    save(staff, page, title_da="Ny")
    with new_lines() as found:
        plan(staff, page, at=timezone.now() + timedelta(hours=1))
        later(monkeypatch, hours=2)
        actions.publish_due()
        actions.publish_due()

    assert [line[0] for line in found] == ["changed", "published"]
    assert found[1] == ("published", None, "", "pages.page", str(page.pk), "Version 2.")


def test_a_log_in_a_failed_one_and_a_log_out_are_one_line_each(staff):
    user = User.objects.create_user("anna", "anna@example.org", PASSWORD, is_staff=True)
    browser, about = Reader(), ("auth.user", str(user.pk))
    with new_lines() as found:
        for password in ("forkert", PASSWORD):
            browser.post("/admin/konto/log-ind/", {"login": "anna", "password": password})
        browser.post("/admin/logout/")
        browser.post("/admin/logout/")

    assert found == [
        ("failed", None, "", *about, ""),
        ("login", user.pk, "anna", "", "", ""),
        ("logout", user.pk, "anna", "", "", ""),
    ]


def test_a_name_that_nobody_has_is_not_kept_it_may_be_a_password_or_a_visitor(db):
    with new_lines() as found:
        authenticate(username="bo@example.dk", password="x")

    assert found == [("failed", None, "", "", "", "Et navn, som ingen har.")]


def test_every_opening_of_the_list_is_a_line(static_files):
    event = a_meeting(key=True)
    keeper = a_login("vagt", "Listeansvarlig")
    a_yes(keeper.user, CONTACT_LIST, event)
    with new_lines() as found:
        for what in ("door", "contact", "questions"):
            assert keeper.post(f"/admin/events/event/{event.pk}/liste/{what}/").status_code == 200

    about = (keeper.user.pk, "vagt", "events.event", str(event.pk))
    opened = [line for line in found if line[0] == "opened"]
    assert opened == [("opened", *about, words) for words in ("dørliste", "dem, der vil kontaktes", "spørgsmål")]
    assert [line[:5] for line in found if line not in opened] == [("used", *about)]


def test_a_role_that_is_given_in_the_admin_says_who_gave_it_to_whom(staff, by):
    user = User.objects.create_user("ny", is_staff=True)
    keeper = Group.objects.get(name="Udgiver")
    with new_lines() as found:
        sent = {"username": "ny", "groups": [keeper.pk], "is_active": "on", "is_staff": "on"}
        assert staff.post(admin_address(user, "change"), sent).status_code == 302

    about = (*by, "auth.user", str(user.pk))
    assert found[0] == ("role", *about, "+ Udgiver")
    assert [line[:5] for line in found[1:]] == [("changed", *about)], "the form itself, like every other"


def test_logins_and_roles_that_are_changed_past_the_admin_are_lines_too():
    keeper = Group.objects.get(name="Listeansvarlig")
    right = Permission.objects.get(codename="open_list")
    with new_lines() as found:
        user = User.objects.create_user("ny", "ny@example.org", PASSWORD)
        user.groups.add(keeper)
        user.groups.add(keeper)  # has it already
        user.user_permissions.set([right])
        keeper.user_set.remove(user)
        user.groups.clear()
        user.is_superuser = True
        user.set_password("en anden lang adgangskode")
        user.email = "tyv@example.org"
        user.save()
        user.save()  # changes nothing
        user.save(update_fields=["last_login"])
        keeper.permissions.remove(right)
        user.delete()

    assert [(line[0], line[1], line[3], line[5]) for line in found] == [
        ("role", None, "auth.user", "nyt login, aktivt: ja"),
        ("role", None, "auth.user", "+ Listeansvarlig"),
        ("role", None, "auth.user", "+ events.open_list"),
        ("role", None, "auth.group", f"- nr. {found[0][4]}"),
        ("role", None, "auth.user", "- alle"),
        ("role", None, "auth.user", "må alt: ja, mail gemt på ny, adgangskode gemt på ny"),
        ("role", None, "auth.group", "- events.open_list"),
        ("role", None, "auth.user", "login slettet"),
    ]
    assert "example.org" not in str(found)


def rows(model):
    make = {
        User: lambda one: User.objects.create_user(f"en{one}"),
        Redirect: lambda one: Redirect.objects.create(old_path=f"/gammel{one}/", new_path="/hvem/"),
        Picture: lambda one: Picture.objects.create(name="Hus", digest=f"{one}" * 16, width=900),
    }
    return [make[model](one).pk for one in range(3)]


def test_several_that_are_deleted_at_once_are_a_line_each_wherever_that_is_offered(staff, by, rf):
    request = rf.get("/admin/")
    request.user = User.objects.get(username="prove")
    offered = {
        model for model, found in admin.site._registry.items() if "delete_selected" in found.get_actions(request)
    }
    assert offered == {User, Redirect}, "a picture goes one at a time, where its uses are seen"
    for model in offered:
        chosen = rows(model)
        with new_lines() as found:
            sent = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
            assert staff.post(f"/admin/{model._meta.label_lower.replace('.', '/')}/", sent).status_code == 302
        deleted = {line[4] for line in found if line[0] == "deleted"}
        assert deleted == {str(pk) for pk in chosen}, model
        assert {line[1:3] for line in found} == {by}


def test_administrators_read_the_trail_and_nobody_changes_it(static_files):
    browser = a_login("en", "Administrator")
    line = AuditLine.objects.latest("number")
    before = verified()

    listed = browser.get("/admin/nejtilbander/auditline/", headers={"accept-encoding": ""}).content.decode()
    assert "Revisionslog" in listed
    assert "logget ind" in listed
    assert "delete_selected" not in listed
    shown = browser.get(f"/admin/nejtilbander/auditline/{line.pk}/change/", headers={"accept-encoding": ""})
    assert line.hash in shown.content.decode()
    for page in ("change", "delete"):
        assert browser.post(f"/admin/nejtilbander/auditline/{line.pk}/{page}/", {"post": "yes"}).status_code == 403
    assert browser.post("/admin/nejtilbander/auditline/add/", {"number": 9}).status_code == 403
    assert verified() == before
