"""A meeting that is cancelled soon before it was to be held says so on every page, by itself."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from events.models import Event
from events.notices import raised
from nejtilbander.languages import CODES, in_language
from nejtilbander.moments import day
from tests.make import a_meeting

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def cancelled(slug="proeve", **fields):
    return a_meeting(slug, state=Event.State.CANCELLED, **fields)


def notice_on(reader, address):
    html = reader.get(address, headers=PLAIN).content.decode()
    found = re.search(r'<p class="notice notice-warning">(.*?)</p>', html, re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def test_a_cancelled_meeting_is_told_of_on_every_page_with_its_day_and_a_way_to_it(reader):
    meeting = cancelled(days=3)

    assert notice_on(reader, "/hvem/") == (
        '<strong>Aflyst: <a href="/stormoeder/proeve/">Prøvemøde</a></strong>, '
        f'<time datetime="{meeting.starts_at.isoformat(timespec="seconds")}">{day(meeting.starts_at)}</time>'
    )


@pytest.mark.parametrize("language", CODES)
def test_it_is_told_in_the_language_of_the_page_and_a_danish_title_is_marked(reader, language):
    meeting = cancelled(days=3, title_ar="اجتماع تجريبي")

    told = notice_on(reader, in_language("/hvem/", language))

    with translation.override(language):
        assert told.startswith(f"<strong>{translation.gettext('Aflyst')}: ")
        assert day(meeting.starts_at) in told
    mark = "" if language in {"da", "ar"} else ' lang="da" dir="ltr"'
    title = "اجتماع تجريبي" if language == "ar" else "Prøvemøde"
    assert f'<a href="{in_language("/stormoeder/proeve/", language)}"{mark}>{title}</a>' in told


@pytest.mark.parametrize(
    "fields",
    [
        {"state": Event.State.CONFIRMED},
        {"days": 14.1},
        {"days": -1},
        {"public_from": None},
        {"public_from": timezone.now() + timedelta(days=1)},
        {"withdrawn_at": timezone.now() - timedelta(days=1)},
    ],
    ids=["held", "far off", "past", "draft", "planned", "withdrawn"],
)
def test_other_meetings_say_nothing(fields):
    a_meeting(**{"state": Event.State.CANCELLED, "days": 3} | fields)

    assert raised() == []


def test_a_meeting_says_so_until_it_would_have_ended():
    meeting = cancelled(days=-0.05)  # begun an hour ago

    assert [said.about for said in raised()] == [meeting]


def test_an_example_says_so_too_and_the_soonest_is_first():
    cancelled("anden", days=5)
    cancelled("foerste", days=2, is_example=True)

    assert [said.about.slug for said in raised()] == ["foerste", "anden"]


def test_a_meeting_that_is_held_after_all_is_no_longer_told_of():
    meeting = cancelled(days=3)
    meeting.state = Event.State.CONFIRMED
    meeting.save()

    assert raised() == []


def test_many_meetings_are_one_question():
    for number in range(3):
        cancelled(f"nummer-{number}", days=3)

    with CaptureQueriesContext(connection) as asked:
        for said in raised():
            for language in CODES:
                with translation.override(language):
                    assert said.about.title
    assert len(asked) == 1
