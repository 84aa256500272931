"""A meeting's publication that is undone: letters that wait are taken out, and nobody is left with a wrong time."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from events.hooks import event_notices
from events.letters import consequences
from events.models import Event, Letter, Seats
from events.signups.self_service import cancel
from nejtilbander.publishing import actions, serialization, undo, versions
from nejtilbander.publishing.versions import PublicationRefused
from tests.events.staff_views.driver import PLAIN, a_login, at, get, text_of
from tests.support.factories import a_guest, a_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.database]
DAY = timedelta(days=1)


def a_whole_meeting(**fields):
    """At a time as staff type it."""
    starts_at = timezone.now().replace(second=0, microsecond=0) + 10 * DAY
    return a_meeting(key=True, **{"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)} | fields)


def publish_with(event, **columns):
    event.refresh_from_db()
    versions.ensure_first_version(event)
    content = serialization.serialize(event)
    content["fields"] |= columns
    version = versions.save_version(event, content, None)
    Letter.objects.all().delete()  # those of signing up
    actions.publish(event, version)
    event.refresh_from_db()


def undo_last(event):
    event.refresh_from_db()
    undo.undo(event, undo.last_publication(event).pk)


def letters():
    return set(Letter.objects.values_list("kind", "signup", "number", "state"))


def test_letters_that_have_not_left_are_taken_out_and_nobody_hears_of_it():
    event = a_whole_meeting()
    a_guest(event, "bo@example.dk")
    publish_with(event, state="cancelled", state_reason_da="Storm.")
    assert [kind for kind, *_ in letters()] == ["cancelled"]
    assert len(event_notices()) == 1

    undo_last(event)

    assert letters() == set()
    assert event_notices() == []
    event = Event.objects.get(pk=event.pk)
    assert (event.state, event.cancelled_at, event.takes_signups, event.seats.version) == ("confirmed", None, True, 3)


@pytest.mark.parametrize("gone", [{"state": "sent"}, {"lease": "a worker has it"}], ids=["sent", "leaving"])
def test_whoever_was_told_and_whoever_came_since_is_told_what_is_true_again(gone):
    event = a_whole_meeting()
    told, untold, left = (a_guest(event, f"{name}@example.dk") for name in ("told", "untold", "left"))
    publish_with(event, address="Vestergade 1")
    Letter.objects.filter(signup__in=[told, left]).update(**gone)
    cancel(left)
    came = a_guest(Event.objects.get(pk=event.pk), "came@example.dk")
    Letter.objects.filter(signup=came).delete()
    before = letters()

    undo_last(event)

    new = letters() - before
    assert {(kind, signup, number) for kind, signup, number, _ in new} == {
        ("changed", told.pk, 3), ("changed", came.pk, 3)
    }  # fmt: skip
    assert not Letter.objects.filter(signup=untold).exists()


def test_letters_that_were_given_up_have_not_left_either():
    event = a_whole_meeting()
    a_guest(event, "bo@example.dk")
    publish_with(event, address="Vestergade 1")
    Letter.objects.update(state="failed")

    undo_last(event)

    assert letters() == set()


def test_the_moved_notice_goes_and_an_older_one_comes_back_as_it_was():
    event = a_whole_meeting()
    publish_with(event, address="Vestergade 1")
    first = event.moved_at
    publish_with(event, address="Vestergade 2")
    assert event.moved_at > first
    keeper = User.objects.create_superuser("vagt")
    assert (consequences.MOVED_NOTICE, False, 0) in told_before(event, keeper)

    undo_last(event)

    event.refresh_from_db()
    assert (event.moved_at, event.address) == (first, "Vestergade 1")


def test_the_moved_notice_of_the_publication_itself_goes():
    event = a_whole_meeting()
    publish_with(event, address="Vestergade 1")
    told = told_before(event, User.objects.create_superuser("vagt"))
    assert ("Beskeden „Flyttet“ øverst på alle sider går væk.", False, 0) in told
    undo_last(event)
    assert event_notices() == []


def test_a_sign_up_that_staff_had_closed_stays_closed():
    event = a_whole_meeting()
    Seats.objects.filter(event=event).update(is_closed=True)
    publish_with(event, state="cancelled")
    undo_last(event)
    assert Seats.objects.get(event=event).is_closed


def test_a_meeting_that_was_cancelled_before_is_cancelled_and_closed_again():
    event = a_whole_meeting()
    publish_with(event, state="cancelled")
    cancelled_at = event.cancelled_at
    publish_with(event, state="confirmed")
    Seats.objects.filter(event=event).update(is_closed=False)

    undo_last(event)

    event.refresh_from_db()
    assert (event.state, event.cancelled_at) == ("cancelled", cancelled_at)
    assert Seats.objects.get(event=event).is_closed


def test_a_change_of_words_is_undone_without_a_letter():
    event = a_whole_meeting()
    a_guest(event, "bo@example.dk")
    publish_with(event, title_da="Nyt")
    undo_last(event)
    assert (letters(), Seats.objects.get(event=event).version) == (set(), 1)


def test_a_new_meeting_that_somebody_has_signed_up_for_is_not_made_a_draft():
    event = a_whole_meeting(public_from=None)
    publish_with(event, title_da="Nyt")
    guest = a_guest(event, "bo@example.dk")

    with pytest.raises(PublicationRefused, match="Nogen har tilmeldt sig"):
        undo_last(event)
    cancel(guest)
    undo_last(event)
    event.refresh_from_db()
    assert event.public_from is None


def test_a_meeting_is_not_moved_back_to_a_day_that_has_passed():
    event = a_whole_meeting()
    a_guest(event, "bo@example.dk")
    publish_with(event, address="Vestergade 1")
    publication = undo.last_publication(event)
    publication.content["fields"] |= {"starts_at": "2020-01-01T18:00:00Z", "ends_at": "2020-01-01T20:00:00Z"}
    publication.content["fields"]["signup_opens_at"] = None
    publication.save()

    with pytest.raises(PublicationRefused, match="Der er tilmeldte"):
        undo_last(event)


def told_before(event, user):
    event.refresh_from_db()
    change = undo.change_of(event, undo.last_publication(event), user)
    return [(one.sentence, one.is_final, len(one.letters)) for one in consequences.consequences(change)]


def test_exact_numbers_are_told_to_those_who_may_have_them_and_rounded_ones_to_others():
    event = a_whole_meeting()
    for name in ("bo", "lis", "ida"):
        a_guest(event, f"{name}@example.dk")
    publish_with(event, state="cancelled")
    keeper = User.objects.create_superuser("vagt")
    assert told_before(event, keeper)[0] == (
        "Mails om udgivelsen: ingen er sendt endnu. 3 bliver ikke sendt.",
        False,
        0,
    )
    Letter.objects.filter(pk=Letter.objects.first().pk).update(state="sent")

    exact, *others = told_before(event, keeper)
    assert exact == ("Mails om udgivelsen: 1 er sendt og kan ikke kaldes tilbage. 2 bliver ikke sendt.", True, 0)
    assert others == [
        ("De, der har fået en mail, og de, der har tilmeldt sig siden, får en ny mail om, hvornår mødet er.", False, 6),
        ("Beskeden „Aflyst“ øverst på alle sider går væk.", False, 0),
        ("Tilmeldingen er igen, som den var.", False, 0),
    ]
    rounded = told_before(event, User.objects.create_user("redaktion"))[0]
    Letter.objects.all().delete()
    assert told_before(event, User.objects.get(username="redaktion"))[0] == rounded
    assert "(tælles hver time). De, der er sendt, kan ikke kaldes tilbage." in rounded[0]


def test_where_letters_may_have_left_one_click_shows_what_cannot_be_taken_back_and_the_second_undoes(static_files):
    staff = a_login("leder", "change_event", "view_event", "publish_events")
    event = a_whole_meeting()
    a_guest(event, "bo@example.dk")
    publish_with(event, address="Vestergade 1")
    sent = {"publication": undo.last_publication(event).pk}

    asked = staff.post(at(event, "fortryd"), sent, headers=PLAIN)
    assert asked.status_code == 200
    assert "kan ikke kaldes tilbage" in text_of(asked)
    assert Event.objects.get(pk=event.pk).address == "Vestergade 1"

    assert staff.post(at(event, "fortryd"), sent | {"confirmed": "yes"}).status_code == 302
    assert Event.objects.get(pk=event.pk).address == "Flakhaven 2"
    assert "Der er ikke noget at fortryde" in text_of(get(staff, at(event, "fortryd")))
