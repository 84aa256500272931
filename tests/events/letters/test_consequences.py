"""Before a meeting is published, staff read what it does: letters with their words, notices, times that stay behind."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from events.letters.consequences import consequences
from events.models import Event, KeptCounts
from events.signups.staff_counts import refresh_counts
from nejtilbander.i18n.languages import CODES
from nejtilbander.publishing import actions, serialization, versions
from nejtilbander.publishing.consequences import Change
from tests.events.staff_views.driver import a_login, at, get, text_of
from tests.support.admin import form_of, save
from tests.support.factories import a_guest, a_meeting, a_page

pytestmark = pytest.mark.django_db
DAY, HOURS = timedelta(days=1), timedelta(hours=2)
WORDS_OF_NOTICES = "øverst på alle sider"


@pytest.fixture
def keeper(db):
    return User.objects.create_superuser("vagt")


@pytest.fixture
def editor(db):
    return User.objects.create_user("redaktion")


def change_of(event, user, **fields):
    before = Event.objects.get(pk=event.pk)
    after = Event.objects.get(pk=event.pk)
    for name, value in fields.items():
        setattr(after, name, value)
    return Change(before, after, serialization.serialize(after), user)


def sentences(event, user, **fields):
    return [one.sentence for one in consequences(change_of(event, user, **fields))]


def moved(event, by=DAY):
    return {"starts_at": event.starts_at + by, "ends_at": event.ends_at + by}


def test_a_moved_meeting_says_how_many_are_written_to_and_in_which_words_in_every_language(keeper):
    event = a_meeting(key=True)
    a_guest(event, "bo@example.dk", language="ar")

    letter, notice = consequences(change_of(event, keeper, **moved(event)))

    assert letter.sentence == (
        "De, der er tilmeldt med mail (1), får en mail om, hvornår mødet er. Den kan ikke kaldes tilbage, når den er "
        "sendt."
    )
    assert [sample.language for sample in letter.letters] == CODES
    assert [sample.direction for sample in letter.letters] == ["ltr", "ltr", "rtl", "ltr", "ltr", "rtl"]
    assert letter.letters[0].subject == "Nyt om din tilmelding"
    assert letter.letters[0].paragraphs[0].text.startswith("Mødet er ændret. Det er nu ")
    assert not any(sample.fallback_words for sample in letter.letters)
    assert notice.sentence.startswith("Beskeden „Flyttet“ med mødets tid og sted står øverst på alle sider")


def test_a_cancelled_meeting_shows_its_reason_as_it_will_be_read(keeper):
    event = a_meeting(key=True, days=20)
    a_guest(event, "bo@example.dk")

    letter, notice, signup = consequences(
        change_of(event, keeper, state="cancelled", state_reason_da="Storm. Ring {politi}.", state_reason_en="Storm!")
    )

    words = {sample.language: sample.paragraphs[1] for sample in letter.letters}
    assert (words["da"].text, words["en"].text) == ("Storm. Ring 114.", "Storm!")
    assert (words["tr"].text, words["tr"].language, words["tr"].direction) == ("Storm. Ring 114.", "da", "ltr")
    fallbacks = {sample.language: sample.fallback_words for sample in letter.letters if sample.fallback_words}
    assert fallbacks == dict.fromkeys(["ar", "so", "tr", "fa"], "noget af den er på dansk")
    assert "om, at mødet er aflyst, og hvorfor" in letter.sentence
    assert notice.sentence.startswith("Beskeden „Aflyst“ med mødets navn og dag kommer øverst på alle sider fra ")
    assert signup.sentence == "Tilmeldingen bliver lukket."


def test_a_meeting_that_is_cancelled_within_two_weeks_is_a_notice_at_once(keeper):
    told = sentences(a_meeting(days=5), keeper, state="cancelled")

    assert told[0] == "Ingen er tilmeldt med mail endnu, så ingen får en mail."
    assert told[1] == ("Beskeden „Aflyst“ med mødets navn og dag kommer øverst på alle sider, til dagen er gået.")


def test_a_meeting_that_takes_place_after_all_loses_its_notice_and_stays_closed(keeper):
    event = a_meeting(state="cancelled", key=True)

    assert sentences(event, keeper, state="confirmed")[1:] == [
        "Beskeden „Aflyst“ øverst på alle sider går væk.",
        "Tilmeldingen er lukket, til du åbner den under Tilmelding.",
    ]


def test_who_may_not_open_the_list_reads_the_rounded_words_and_nothing_tells_one_from_none(editor):
    event = a_meeting(key=True)
    nobody = sentences(event, editor, **moved(event))
    a_guest(event, "bo@example.dk")

    assert sentences(event, editor, **moved(event)) == nobody
    assert "(tælles hver time)" in nobody[0]
    refresh_counts()
    assert "(under 10)" in sentences(event, editor, **moved(event))[0]
    kept = KeptCounts.objects.get(event=event)
    KeptCounts.objects.filter(event=event).update(numbers=kept.numbers | {"notified": 40})
    assert "(ca. 40)" in sentences(event, editor, **moved(event))[0]


def test_what_changes_only_words_or_is_over_or_no_meeting_tells_of_no_letter(keeper):
    event = a_meeting(days=-1, key=True)
    page = a_page()

    assert sentences(a_meeting("andet"), keeper, title_da="Nyt") == []
    assert sentences(event, keeper, address="Vestergade 1") == ["Mødet er slut, så ingen får en mail."]
    assert consequences(Change(page, page, serialization.serialize(page), keeper)) == []


def test_a_meeting_that_nobody_could_sign_up_for_yet_is_moved_without_a_notice(keeper):
    event = a_meeting(signup_opens_at=None)
    assert not any(WORDS_OF_NOTICES in sentence for sentence in sentences(event, keeper, **moved(event)))


def test_a_meeting_that_was_told_as_moved_and_is_cancelled_is_told_as_cancelled_alone(keeper):
    event = a_meeting(days=5, moved_at=timezone.now())
    told = [one for one in sentences(event, keeper, state="cancelled", **moved(event)) if "Besked" in one]
    assert told == ["Beskeden „Aflyst“ med mødets navn og dag kommer øverst på alle sider, til dagen er gået."]


def a_meeting_with_times(**fields):
    starts_at = timezone.now().replace(second=0, microsecond=0) + 10 * DAY
    times = {
        "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), "doors_at": starts_at - timedelta(hours=1),
        "signup_closes_at": starts_at - DAY,
    }  # fmt: skip
    return a_meeting(key=True, **times | fields)


def test_times_that_stay_behind_are_named_and_move_by_as_much_with_one_button(keeper):
    event = a_meeting_with_times()

    (left,) = [one for one in consequences(change_of(event, keeper, **moved(event))) if one.repair]

    assert left.sentence.startswith("Mødet flytter til ")
    assert "men det gør resten ikke: dørene åbner " in left.sentence
    assert " og tilmeldingen lukker " in left.sentence
    repaired = Event.objects.get(pk=event.pk)
    serialization.set_fields(repaired, left.repair.content["fields"])
    assert repaired.doors_at == event.doors_at + DAY
    assert repaired.signup_closes_at == event.signup_closes_at + DAY


def test_only_the_times_that_stay_are_named(keeper):
    event = a_meeting_with_times(doors_at=None)
    closes = {"signup_closes_at": event.signup_closes_at + DAY}

    assert not any(one.repair for one in consequences(change_of(event, keeper, **moved(event), **closes)))
    (left,) = [one for one in consequences(change_of(event, keeper, **moved(event))) if one.repair]
    assert "dørene" not in left.sentence


def test_a_sign_up_that_would_close_before_it_opens_is_named_but_not_moved(keeper):
    event = a_meeting_with_times(doors_at=None)
    opens = timezone.now() + 8 * DAY
    Event.objects.filter(pk=event.pk).update(signup_opens_at=opens)
    change = change_of(event, keeper, **moved(event, -2 * DAY))

    left = consequences(change)[-1]
    assert (left.sentence.startswith("Mødet flytter til "), left.repair) == (True, None)


def test_the_page_before_publishing_says_it_all_and_the_button_keeps_what_was_typed(static_files):
    staff = a_login("leder", "change_event", "view_event", "publish_events")
    event = a_meeting_with_times()
    later = timezone.localtime(event.starts_at + HOURS), timezone.localtime(event.ends_at + HOURS)
    days = {f"{name}_0": f"{at:%Y-%m-%d}" for name, at in zip(("starts_at", "ends_at"), later, strict=True)}
    times = {f"{name}_1": f"{at:%H:%M}" for name, at in zip(("starts_at", "ends_at"), later, strict=True)}
    save(staff, event, **days, **times)

    page = get(staff, at(event, "udgiv"))
    assert "De, der er tilmeldt med mail (tælles hver time), får en mail om, hvornår mødet er." in text_of(page)
    assert "Det er nu" in text_of(page)
    fields = form_of(page.content.decode()) | {"repair": "times", "at_0": "2040-05-02", "at_1": "19:00"}
    after = staff.post(at(event, "udgiv"), fields, headers={"accept-encoding": ""})

    assert after.status_code == 200
    assert "Gemt i kladden." in after.content.decode()
    assert 'value="2040-05-02"' in after.content.decode()
    assert "det gør resten ikke" not in text_of(after)
    newest = versions.newest_version(event).content["fields"]
    moved_event = Event()
    serialization.set_fields(moved_event, newest)
    assert moved_event.doors_at == event.doors_at + HOURS
    again = staff.post(at(event, "udgiv"), fields, headers={"accept-encoding": ""})
    assert "Nogen har gemt en ny version" in again.content.decode(), "the same button on the old page"


def test_what_a_plan_will_do_is_told_beside_the_plan(static_files):
    staff = a_login("leder", "change_event", "view_event", "publish_events")
    event = a_meeting(key=True)
    content = serialization.serialize(event)
    versions.ensure_first_version(event)
    content["fields"]["state"] = "cancelled"
    actions.publish(event, versions.save_version(event, content, None), timezone.now() + DAY)

    told = text_of(get(staff, at(event, "udgiv")))

    assert "Når planen bliver til noget, sker også dette: De, der er tilmeldt med mail" in told
