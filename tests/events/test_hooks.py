"""A meeting that is cancelled soon before it was to be held, or moved, says so on every page, by itself."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from events.hooks import event_notices
from events.models import Event
from nejtilbander.caching import memory
from nejtilbander.i18n.dates import format_day, format_time
from nejtilbander.i18n.languages import CODES, path_in_language
from nejtilbander.publishing import actions, serialization, versions
from tests.support.factories import a_meeting

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def cancelled(slug="proeve", **fields):
    return a_meeting(slug, state=Event.State.CANCELLED, **fields)


NEW_TIME = {"starts_at": "2030-05-02T17:00:00Z", "ends_at": "2030-05-02T19:00:00Z"}  # 19.00 in Odense
NEW_PLACE = {"place_da": "Ridehuset", "address": "Nørregade 36"}


def moved(slug="proeve", to=NEW_TIME, at=None, **fields):
    """A public meeting that people could sign up for, and then another day or place was published."""
    meeting = a_meeting(slug, **{"days": 10} | fields)
    publish(meeting, at, **to)
    return meeting


def publish(meeting, at=None, **changes):
    versions.ensure_first_version(meeting)
    content = serialization.serialize(meeting)
    version = versions.save_version(meeting, content | {"fields": content["fields"] | changes}, None)
    actions.publish(meeting, version, at)
    meeting.refresh_from_db()
    memory.clear()


def later(monkeypatch, **delta):
    then = timezone.now() + timedelta(**delta)
    monkeypatch.setattr(timezone, "now", lambda: then)
    memory.clear()


def told():
    return [(str(said.label), said.obj.slug) for said in event_notices()]


def notice_on(reader, address):
    html = reader.get(address, headers=PLAIN).content.decode()
    found = re.search(r'<p class="notice notice-warning">(.*?)</p>', html, re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def test_a_cancelled_meeting_is_told_of_on_every_page_with_its_day_and_a_way_to_it(reader):
    meeting = cancelled(days=3)

    assert notice_on(reader, "/hvem/") == (
        '<strong>Aflyst: <a href="/stormoeder/proeve/">Prøvemøde</a></strong>, '
        f'<time datetime="{meeting.starts_at.isoformat(timespec="seconds")}">{format_day(meeting.starts_at)}</time>'
    )


@pytest.mark.parametrize("language", CODES)
def test_it_is_told_in_the_language_of_the_page_and_a_danish_title_is_marked(reader, language):
    meeting = cancelled(days=3, title_ar="اجتماع تجريبي")

    told = notice_on(reader, path_in_language("/hvem/", language))

    with translation.override(language):
        assert told.startswith(f"<strong>{translation.gettext('Aflyst')}: ")
        assert format_day(meeting.starts_at) in told
    mark = "" if language in {"da", "ar"} else ' lang="da" dir="ltr"'
    title = "اجتماع تجريبي" if language == "ar" else "Prøvemøde"
    assert f'<a href="{path_in_language("/stormoeder/proeve/", language)}"{mark}>{title}</a>' in told


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

    assert event_notices() == []


def test_a_meeting_says_so_until_it_would_have_ended():
    meeting = cancelled(days=-0.05)  # begun an hour ago

    assert [said.obj for said in event_notices()] == [meeting]


def test_an_example_says_so_too_and_the_soonest_is_first():
    cancelled("anden", days=5)
    cancelled("foerste", days=2, is_example=True)

    assert [(said.obj.slug, str(said.label)) for said in event_notices()] == [
        ("foerste", "Eksempel: Aflyst"),
        ("anden", "Aflyst"),
    ]


def test_a_meeting_that_is_held_after_all_is_no_longer_told_of():
    meeting = cancelled(days=3)
    meeting.state = Event.State.CONFIRMED
    meeting.save()

    assert event_notices() == []


def test_a_meeting_that_is_moved_is_told_of_on_every_page_with_its_new_time_and_place(reader):
    meeting = moved(to=NEW_TIME | NEW_PLACE)

    assert notice_on(reader, "/hvem/") == (
        '<strong>Flyttet: <a href="/stormoeder/proeve/">Prøvemøde</a></strong>, '
        f'<time datetime="{meeting.starts_at.isoformat(timespec="seconds")}">torsdag den 2. maj 2030, '
        'kl. <bdi dir="ltr">19.00</bdi></time>, '
        '<span>Ridehuset</span>, <bdi lang="da" dir="ltr">Nørregade 36</bdi>'
    )


@pytest.mark.parametrize("language", CODES)
def test_that_it_is_moved_is_told_in_the_language_of_the_page(reader, language):
    meeting = moved(place_ar="القاعة")

    said = notice_on(reader, path_in_language("/hvem/", language))

    with translation.override(language):
        word = translation.gettext("Flyttet")
        assert (word == "Flyttet") == (language == "da")
        assert said.startswith(f"<strong>{word}: ")
        assert format_day(meeting.starts_at) in said
        assert format_time(meeting.starts_at) in said
    mark = "" if language in {"da", "ar"} else ' lang="da" dir="ltr"'
    assert f"<span{mark}>{'القاعة' if language == 'ar' else 'Rådhuset'}</span>" in said


@pytest.mark.parametrize(
    ("to", "is_told"),
    [
        (NEW_TIME, True),
        ({"place_da": "Ridehuset"}, True),
        ({"address": "Nørregade 36"}, True),
        ({"title_da": "Andre ord", "place_en": "Town hall", "access_da": "Elevator"}, False),
        ({"ends_at": "2100-01-01T00:00:00Z"}, False),
    ],
    ids=["time", "place", "address", "words", "only its end"],
)
def test_a_meeting_is_moved_when_its_beginning_or_its_place_is_another(to, is_told):
    meeting = a_meeting()
    meeting.starts_at = meeting.starts_at.replace(microsecond=0)  # as staff type it
    meeting.save()

    publish(meeting, **to)

    assert told() == ([("Flyttet", "proeve")] if is_told else [])


@pytest.mark.parametrize(
    "before",
    [
        {"public_from": None},
        {"public_from": timezone.now() + timedelta(days=1)},
        {"signup_opens_at": None},
        {"signup_opens_at": timezone.now() + timedelta(days=1)},
        {"days": -1},
    ],
    ids=["draft", "planned", "no sign-up", "sign-up not open yet", "over"],
)
def test_a_meeting_that_nobody_could_plan_to_go_to_is_not_told_of(before):
    moved(**before)

    assert told() == []


def test_it_is_told_for_two_weeks_and_not_after_the_meeting_has_begun(monkeypatch):
    soon = timezone.now() + timedelta(days=2)
    moved("snart", {"starts_at": soon, "ends_at": soon + timedelta(hours=2)})
    moved("senere")
    assert told() == [("Flyttet", "snart"), ("Flyttet", "senere")]

    later(monkeypatch, days=2, minutes=1)
    assert told() == [("Flyttet", "senere")]
    later(monkeypatch, days=12)
    assert ("Flyttet", "senere") not in told()


def test_a_move_is_told_from_the_moment_it_was_planned_for(monkeypatch):
    moved(at=timezone.now() + timedelta(days=1))
    assert told() == []

    later(monkeypatch, days=1, minutes=1)
    actions.publish_due()

    assert told() == [("Flyttet", "proeve")]


def test_a_draft_of_a_move_is_told_to_nobody():
    meeting = a_meeting()
    versions.ensure_first_version(meeting)
    content = serialization.serialize(meeting)
    versions.save_version(meeting, content | {"fields": content["fields"] | NEW_TIME}, None)

    with versions.as_working_copy(meeting):
        assert told() == []
    assert told() == []


def test_words_that_are_corrected_afterwards_do_not_end_it_nor_make_it_last_longer(monkeypatch):
    meeting = moved()
    at = meeting.moved_at
    later(monkeypatch, days=3)

    publish(meeting, title_da="Andre ord")

    assert (told(), meeting.moved_at) == ([("Flyttet", "proeve")], at)


def test_a_moved_meeting_that_is_cancelled_is_told_of_as_cancelled_alone():
    soon = timezone.now() + timedelta(days=2)
    meeting = moved(to={"starts_at": soon, "ends_at": soon + timedelta(hours=2)})

    publish(meeting, state="cancelled")
    assert told() == [("Aflyst", "proeve")]

    publish(meeting, state="confirmed")
    assert told() == [("Flyttet", "proeve")]


def test_many_meetings_are_one_question():
    for number in range(3):
        cancelled(f"nummer-{number}", days=3)
        moved(f"flyttet-{number}")

    with CaptureQueriesContext(connection) as asked:
        for said in event_notices():
            for language in CODES:
                with translation.override(language):
                    assert said.obj.title
    assert len(asked) == 1
