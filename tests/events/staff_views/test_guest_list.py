"""Opening the list of who comes: asked first, written down, told."""

import pytest
from django.core import mail

from events.models import AccessLogEntry, Letter, Question, Seats, Signup
from events.models.signup import BOX_SIZE
from events.privacy import retention
from events.privacy.guest_list import door_list
from events.privacy.two_people import CONTACT_LIST
from events.signups.booking import door_code
from nejtilbander.security.sealed_boxes import DecryptionError, seal
from tests.events.staff_views.driver import (
    SECRETS,
    a_full_picture,
    at,
    get,
    letters_to,
    main_of,
    open_list,
    text_of,
    text_of_page,
)
from tests.support.approvals import a_yes
from tests.support.factories import a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("what", ["door", "contact", "questions"])
def test_looking_asks_first_and_opens_nothing(keeper, what):
    event, *_people = a_full_picture()
    a_yes(keeper.user, CONTACT_LIST, event)

    page = get(keeper, at(event, f"liste/{what}"))

    assert "Du er ved at åbne noget, der er låst." in text_of(page)
    assert "<table" not in main_of(page)
    assert not SECRETS.search(page.content.decode())
    assert not AccessLogEntry.objects.exists()
    assert not Letter.objects.filter(kind=Letter.Kind.OPENED).exists()


def test_the_door_list_has_codes_and_seats_and_no_person(keeper):
    event, bo, _lis, nameless, _waiting = a_full_picture()

    page, cells = open_list(keeper, event, "door")

    coming = sorted([(door_code(bo.token), "3"), (door_code(nameless.token), "1")])
    assert list(zip(cells[::3], cells[1::3], strict=True)) == coming
    assert not SECRETS.search(page.content.decode())


def test_the_contact_list_has_those_who_asked_for_it_and_confirmed_and_nobody_else(keeper):
    event, *_people = a_full_picture()
    a_signup(event, "ubekraeftet@example.dk", name="Ole", needs=["other"], contact=True)

    _page, cells = open_list(keeper, event, "contact")

    assert cells == ["Bodil", "bo@example.dk", "da", "Plads til kørestol"]


def test_questions_come_without_those_who_asked(keeper):
    event, *_people = a_full_picture()

    page, cells = open_list(keeper, event, "questions")

    assert cells == ["Hvem?"]
    assert not SECRETS.search(page.content.decode())


def test_every_opening_is_written_down_told_to_a_second_person_and_counted_to_the_visitors(keeper, reader, settings):
    settings.ALARM_TO = ["leder@example.org"]
    event, bo, *_people = a_full_picture()

    for what in ("door", "contact", "questions", "door"):
        open_list(keeper, event, what)

    opened = AccessLogEntry.objects.order_by("pk").values_list("what", "by__username", "event")
    assert list(opened) == [(what, "vagt", event.pk) for what in ("door", "contact", "questions", "door")]
    assert letters_to(event, Letter.Kind.OPENED) == ["leder@example.org"] * 4
    assert "En medarbejder har åbnet listen til „Prøvemøde“." in mail.outbox[0].body
    assert not SECRETS.search("".join(letter.message().as_string() for letter in mail.outbox))
    assert "Listen er åbnet 4 gange" in text_of_page(reader, f"/min-tilmelding/{bo.token}/")
    shown = get(keeper, at(event, "tilmelding"))
    assert shown.content.decode().count("<td>vagt</td>") == 4
    assert "Listen er åbnet 4 gange" in text_of(shown)


@pytest.mark.parametrize("what", ["door", "contact", "questions"])
def test_without_the_keyring_the_try_is_still_written_down_and_nothing_is_shown(keeper, settings, tmp_path, what):
    event, *_people = a_full_picture()
    settings.KEYRING_DIR = tmp_path / "elsewhere"

    page, cells = open_list(keeper, event, what)

    assert "Listen kan ikke åbnes. Nøglen mangler, eller listen er slettet." in text_of(page)
    assert cells == []
    assert list(AccessLogEntry.objects.values_list("what", "by__username")) == [(what, "vagt")]
    assert Seats.objects.get(event=event).access_count == 1


@pytest.mark.parametrize("what", ["door", "contact", "questions"])
def test_a_meeting_without_a_key_or_with_its_list_erased_says_so(keeper, what):
    event, *_people = a_full_picture()
    retention.erase_list(event)
    keyless = a_meeting("noegleloest")

    for one in (event, keyless):
        page, cells = open_list(keeper, one, what)
        assert "Listen kan ikke åbnes. Nøglen mangler, eller listen er slettet." in text_of(page)
        assert cells == []
    assert "Listen blev slettet" in text_of(get(keeper, at(event, "tilmelding")))


def test_a_list_nobody_knows_and_a_meeting_nobody_knows_are_not_found(keeper):
    event = a_meeting(key=True)

    assert keeper.post(at(event, "liste/alle")).status_code == 404
    assert keeper.post("/admin/events/event/99999/liste/door/").status_code == 404
    assert not AccessLogEntry.objects.exists()


@pytest.mark.parametrize("box", ["nothing", "no words", "another's"])
def test_one_box_that_is_not_the_sign_ups_own_keeps_nobody_from_the_list_of_the_others(keeper, box):
    event, bo, _lis, nameless, _waiting = a_full_picture()
    a_guest(event, "ida@example.dk", name="Ida", needs=["other"], contact=True)
    boxes = {"nothing": b"", "no words": seal(event.seats.key, {"id": bo.pk}, BOX_SIZE), "another's": nameless.sealed}
    Signup.objects.filter(pk=bo.pk).update(sealed=boxes[box])
    Question.objects.create(event=event, sealed=boxes[box])
    a_yes(keeper.user, CONTACT_LIST, event)

    _page, door = open_list(keeper, event, "door")
    _page, contact = open_list(keeper, event, "contact")
    asked, _cells = open_list(keeper, event, "questions")

    assert "(kan ikke læses)" in text_of(asked)
    assert "Listen kan ikke åbnes" not in text_of(asked)
    assert ("(kan ikke læses)", "3") in list(zip(door[::3], door[1::3], strict=True))
    assert door_code(nameless.token) in door
    assert {"(kan ikke læses)", "Ida"} <= set(contact)
    assert "bo@example.dk" not in contact


def test_a_list_of_which_no_box_opens_says_so_instead_of_being_empty(keeper):
    event = a_meeting(key=True)
    other = a_meeting("andet", key=True)
    guests = [a_guest(event, f"{name}@example.dk") for name in ("anna", "bo")]
    Signup.objects.filter(event=event).update(sealed=a_guest(other, "lis@example.dk").sealed)

    with pytest.raises(DecryptionError):
        door_list(event, keeper.user)
    assert len(guests) == 2
