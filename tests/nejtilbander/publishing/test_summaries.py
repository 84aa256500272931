"""A summary is made once for each working copy, and is never of another one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nejtilbander.publishing import actions, summaries, versions
from nejtilbander.publishing.summaries import NO_VERSION, WorkingCopySummary
from pages.models import Page
from tests.support.factories import a_page, a_working_copy, an_initiative

pytestmark = pytest.mark.django_db


def summary_of(obj):
    summaries.refresh([type(obj)])
    return WorkingCopySummary.objects.get(kind=obj._meta.label_lower, object_id=obj.pk)


def test_it_is_of_the_row_until_there_is_a_version_and_then_of_the_working_copy():
    page = a_page(title_da="Som den er")
    assert (summary_of(page).title, summary_of(page).number) == ("Som den er", NO_VERSION)

    version = a_working_copy(page, "Som den skal være")
    assert (summary_of(page).title, summary_of(page).number) == ("Som den skal være", 2)

    actions.publish(page, version)
    page.refresh_from_db()
    assert (summary_of(page).title, summary_of(page).updated_at) == ("Som den skal være", page.updated_at)


def test_nothing_is_made_again_while_nothing_is_saved():
    page = a_page()
    before = summary_of(page)
    with CaptureQueriesContext(connection) as queries:
        summaries.refresh([Page])

    assert len(queries) == 1
    assert summary_of(page).pk == before.pk
    summaries.refresh([])


def test_a_save_past_the_versions_is_seen_too():
    page = a_page(title_da="Før")
    summary_of(page)
    page.title_da = "Efter"
    page.save()

    assert summary_of(page).title == "Efter"


def test_what_is_asked_for_is_current_and_what_is_deleted_meanwhile_is_left_out():
    page, gone = a_page("her"), a_page("vaek")
    stamps = {("pages.page", obj.pk): (NO_VERSION, obj.updated_at) for obj in (page, gone)}
    gone_ref = "pages.page", gone.pk
    gone.delete()

    found = summaries.current(stamps)

    assert ("pages.page", page.pk) in found
    assert gone_ref not in found


def test_a_summary_goes_with_its_object():
    page = a_page()
    summary = summary_of(page)
    assert str(summary) == f"pages.page {page.pk}"
    page.delete()

    assert not WorkingCopySummary.objects.filter(pk=summary.pk).exists()


def test_all_words_are_found_of_both_texts_in_every_language_and_of_the_rows():
    initiative = an_initiative(title_da="Qwertdansk", title_ar="شرطة")
    initiative.updates.create(date="2026-01-01", title_da="Qwertrække")
    versions.ensure_first_version(initiative)
    a_working_copy(initiative, "Qwertkladde")
    summaries.refresh([type(initiative)])

    def holds(*words):
        return (
            WorkingCopySummary.objects.holding(words).filter(kind="pages.initiative", object_id=initiative.pk).exists()
        )

    assert [holds(word) for word in ("qwertdansk", "qwertkladde", "شرطه", "qwertraekke")] == [True] * 4
    assert (holds("qwertkladde", "شرطه"), holds("qwertkladde", "qwertandet")) == (True, False)
