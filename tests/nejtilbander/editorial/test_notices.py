"""Notices in the admin: written, given an end, published, taken back."""

import json
import re

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from nejtilbander.notices.models import MAX_DURATION, Notice
from nejtilbander.publishing import actions, content_checks, serialization, trash, versions
from nejtilbander.publishing.models import PublicationStatus
from nejtilbander.transfer import json_files
from tests.support.admin import admin_address, html, later, plan, publish, save, status_of
from tests.support.factories import HOUR, a_notice
from tests.support.notices import BASE, DAY, a_draft, html_of, publish_until, seen_by_readers

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
NEVER = "Vælg, hvornår beskeden skal væk igen. Den kan højst stå i 90 dage."
TOO_LONG = "Beskeden kan højst stå i 90 dage. Udgiv den hellere igen, når de er gået."
BACKWARDS = "Beskeden skal slutte, efter at den er begyndt."


def test_staff_write_a_notice_and_readers_see_it_when_it_is_published_until_its_end(staff, monkeypatch):
    staff.post(f"{BASE}add/", {"level": "danger", "title_da": "Gå uden om havnen", "seen": "0"})
    notice = Notice.objects.get()
    save(staff, notice, "en", title_en="Stay away from the harbour")
    assert (seen_by_readers(), status_of(notice)) == ([], PublicationStatus.DRAFT)

    publish_until(staff, notice)

    assert seen_by_readers("/en/") == [("danger", "Danger: Stay away from the harbour")]
    assert status_of(notice) == PublicationStatus.PUBLIC
    later(monkeypatch, days=1, minutes=1)
    assert (seen_by_readers("/en/"), status_of(notice)) == ([], PublicationStatus.EXPIRED)


def test_a_notice_without_danish_is_not_saved(staff):
    answer = staff.post(f"{BASE}add/", {"level": "info", "title_da": "", "seen": "0"})

    assert set(answer.context["adminform"].form.errors) == {"title_da"}
    assert not Notice.objects.exists()


def test_what_is_saved_later_is_a_draft_too_and_can_be_brought_back(staff):
    notice = a_notice()
    save(staff, notice, title_da="Rettet", body_da="Og mere.")
    assert seen_by_readers() == [("warning", "Advarsel: Rådhuset er lukket")]

    publish(staff, notice)
    assert seen_by_readers() == [("warning", "Advarsel: Rettet Og mere.")]

    assert "Sådan stod den i forvejen" in html(staff, admin_address(notice, "history"))
    staff.post(admin_address(notice, "version/1"))
    publish(staff, notice)
    assert seen_by_readers() == [("warning", "Advarsel: Rådhuset er lukket")]


@pytest.mark.parametrize(
    ("moments", "told"),
    [
        ({}, NEVER),
        ({"until": 91 * DAY}, TOO_LONG),
        ({"at": 10 * DAY, "until": 101 * DAY}, TOO_LONG),
        ({"at": 10 * DAY, "until": 9 * DAY}, BACKWARDS),
    ],
    ids=["no end", "too long", "too long from then", "backwards"],
)
def test_a_notice_has_an_end_within_90_days_of_its_beginning_or_is_not_published(staff, moments, told):
    notice = a_draft()

    answer = plan(staff, notice, **{name: timezone.now() + much for name, much in moments.items()})

    assert answer.context["form"].errors == {"until": [told]}
    assert "Skal vælges. Højst 90 dage" in answer.content.decode()
    assert status_of(notice) == PublicationStatus.DRAFT


def test_ninety_days_are_counted_from_the_moment_that_was_chosen(staff, monkeypatch):
    notice = a_draft()
    at = (timezone.now() + 5 * DAY).replace(second=0, microsecond=0)
    answer = plan(staff, notice, at=at, until=at + MAX_DURATION)

    assert (answer.status_code, status_of(notice), seen_by_readers()) == (
        302,
        PublicationStatus.SCHEDULED,
        [],
    )
    later(monkeypatch, days=5, minutes=1)
    assert seen_by_readers() == [("warning", "Advarsel: Kladden")]


def test_a_notice_that_is_published_again_may_stand_90_days_more():
    notice = a_notice(begins=-80 * DAY, lasts=MAX_DURATION)
    versions.ensure_first_version(notice)

    actions.publish(notice, versions.newest_version(notice), until=timezone.now() + MAX_DURATION - HOUR)

    notice.refresh_from_db()
    assert notice.public_until - notice.public_from > 169 * DAY


def test_the_rule_holds_whoever_publishes_and_a_plan_that_breaks_it_is_dropped(caplog):
    notice = a_notice()
    versions.ensure_first_version(notice)
    version = versions.save_version(
        notice, {"fields": serialization.serialize(notice)["fields"] | {"title_da": "Nyt"}}, None
    )
    with pytest.raises(versions.PublicationRefused, match=NEVER) as refused:
        actions.publish(notice, version)
    assert refused.value.field == "until"

    type(version).objects.filter(pk=version.pk).update(due_at=timezone.now())  # as nobody can, without an end
    assert actions.publish_due() == 0
    assert "was not published: PublicationRefused" in caplog.text
    assert seen_by_readers() == [("warning", "Advarsel: Rådhuset er lukket")]


@pytest.mark.parametrize("ends", [None, 0 * HOUR, -HOUR], ids=["never", "at once", "before"])
def test_the_database_keeps_no_public_notice_without_an_end_after_its_beginning(ends):
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(title_da="Ja", public_from=now, public_until=None if ends is None else now + ends)


def test_a_planned_change_takes_over_with_an_end_of_its_own(staff, monkeypatch):
    notice = a_notice(lasts=5 * DAY)
    save(staff, notice, title_da="I morgen")
    publish_until(staff, notice, 8 * DAY, at=timezone.now() + DAY)
    assert seen_by_readers() == [("warning", "Advarsel: Rådhuset er lukket")]

    later(monkeypatch, days=7)

    assert actions.publish_due() == 1
    assert seen_by_readers() == [("warning", "Advarsel: I morgen")]


def test_a_notice_is_withdrawn_without_a_reason_for_nobody_asks_for_it(staff):
    notice = a_notice()
    asked = html(staff, admin_address(notice, "traek-tilbage"))
    assert ("Grund" in asked, "Send læserne" in asked) == (False, False)

    answer = staff.post(admin_address(notice, "traek-tilbage"))

    assert (answer.status_code, status_of(notice), seen_by_readers()) == (
        302,
        PublicationStatus.WITHDRAWN,
        [],
    )
    publish_until(staff, notice)
    assert seen_by_readers() == [("warning", "Advarsel: Rådhuset er lukket")]


def test_staff_see_where_each_notice_stands_and_each_field_says_its_language(staff):
    a_notice("Nu")
    a_notice("Senere", begins=HOUR)
    a_notice("Før", begins=-3 * HOUR)
    draft = a_draft("Ikke endnu")

    rows = re.findall(r'field-title_da"><a[^>]*>(.*?)</a>.*?field-publication_status">(.*?)<', html_of(staff, BASE))
    assert dict(rows) == {"Nu": "offentlig", "Senere": "planlagt", "Før": "slut", "Ikke endnu": "kladde"}
    form = html_of(staff, f"{admin_address(draft, 'change')}?sprog=fa")
    assert re.search(r'<input[^>]*name="title_fa"[^>]*lang="fa"[^>]*dir="rtl"', form)
    assert 'name="title_da"' not in form


def test_the_overview_shows_notices_until_they_are_over(staff):
    a_notice("Står nu"), a_notice("Var engang", begins=-3 * HOUR), a_draft("Bliver til noget")

    overview = html_of(staff, "/admin/overblik/?alt=1")

    assert [title in overview for title in ("Står nu", "Var engang", "Bliver til noget")] == [True, False, True]


def test_what_is_about_to_change_says_nothing_of_the_name_only_machines_use(staff):
    notice = a_draft()

    asked = html(staff, admin_address(notice, "udgiv"))

    assert ("Overskrift" in asked, notice.slug in asked) == (True, False)


def test_a_notice_goes_out_as_a_file_and_comes_in_as_a_draft(staff):
    notice = a_notice(title_ar="مغلق")
    file = json_files.export_json([notice])
    notice.delete()

    (back,) = json_files.import_json(file)

    assert (back.slug, back.title_ar, status_of(back)) == (notice.slug, "مغلق", PublicationStatus.DRAFT)
    assert json_files.import_json(file) == []
    changed = json.loads(file)
    next(iter(changed["texts"].values()))["fields"]["title_da"] = "Fra filen"
    publish_until(staff, back)
    assert json_files.import_json(json.dumps(changed)) == [back]
    assert seen_by_readers() == [("warning", "Advarsel: Rådhuset er lukket")]


def test_a_deleted_notice_is_found_again_as_a_draft(staff):
    notice = a_notice()
    staff.post(admin_address(notice, "delete"), {"post": "yes"})
    (version,) = trash.deleted_versions(Notice)
    staff.post(f"{BASE}slettede/", {"version": version.pk})

    assert (status_of(notice), seen_by_readers()) == (PublicationStatus.DRAFT, [])


def test_a_number_typed_in_a_notice_and_a_name_nobody_knows_are_told_before_it_is_published():
    notice = a_notice(body_da="Ring 112 eller {naboen}")

    said = [finding.sentence for finding in content_checks.check_content(notice) if finding.is_error]
    assert len(said) == 2
    assert "Skriv {alarm} i stedet" in said[0]
    assert "{naboen}" in said[1]
