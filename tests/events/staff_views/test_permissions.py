"""No person without the permission, on no page and in no log."""

import pytest
from django.contrib.admin.models import LogEntry

from events.models import AccessLogEntry, Seats
from tests.events.staff_views.driver import (
    SECRETS,
    a_full_picture,
    a_login,
    act,
    as_seen,
    at,
    get,
    main_of,
    open_list,
    write_circular,
)
from tests.support.admin import edit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("what", ["door", "contact", "questions"])
def test_without_the_permission_nobody_opens_a_list_and_nothing_is_counted(staff, reader, what):
    event, *_people = a_full_picture()

    assert get(staff, at(event, f"liste/{what}")).status_code == 403
    assert staff.post(at(event, f"liste/{what}")).status_code == 403
    assert reader.post(at(event, f"liste/{what}")).status_code == 302  # to the login
    assert not AccessLogEntry.objects.exists()
    assert Seats.objects.get(event=event).access_count == 0


def test_no_staff_page_and_no_log_of_staff_work_holds_a_person(static_files, settings):
    chief = a_login("chef", is_superuser=True)
    event, bo, lis, *_people = a_full_picture()
    act(chief, event, "tilmelding", action="capacity", capacity="30")
    act(chief, event, "tilmelding", action="close")
    act(chief, event, "tilmelding", action="open")
    write_circular(chief, event, da="Hej.")
    act(chief, event, "brev", action="send", **as_seen(event))
    edit(chief, event, place_da="Borgernes Hus")
    open_list(chief, event, "door")
    open_list(chief, event, "questions")

    pages = [
        "/admin/", "/admin/overblik/?alt=1", "/admin/soeg/?q=dk", "/admin/events/event/", *(at(event, page) for page in
        ("change", "history", "tilmelding", "brev", "liste/door", "liste/contact", "liste/questions")),
    ]  # fmt: skip
    for address in pages:
        page = get(chief, address)
        assert page.status_code == 200
        assert not SECRETS.search(page.content.decode()), address
        assert not any(one.token in page.content.decode() for one in (bo, lis)), address
    entries = LogEntry.objects.values_list("object_repr", "change_message")
    assert len(entries) == 6
    assert not SECRETS.search(str(list(entries)))
    assert {name for name, _words in entries} == {"Prøvemøde"}


def test_the_admin_has_no_page_for_sign_ups_letters_questions_or_openings(static_files):
    chief = a_login("chef", is_superuser=True)
    event, bo, *_people = a_full_picture()

    for model in ("signup", "letter", "question", "accesslogentry", "need", "seats", "bulkletter"):
        assert get(chief, f"/admin/events/{model}/").status_code == 404
        assert get(chief, f"/admin/events/{model}/{bo.pk}/change/").status_code == 404
    assert get(chief, f"/admin/r/1/{event.pk}/").status_code == 404


def test_a_login_without_any_permission_sees_not_even_counts(static_files):
    nobody = a_login("ny")
    event, *_people = a_full_picture()

    for page in ("tilmelding", "brev", "liste/door", "change"):
        assert get(nobody, at(event, page)).status_code == 403, page


def test_who_keeps_the_door_sees_the_counts_and_the_list_and_no_button_they_may_not_press(static_files):
    door = a_login("doer", "view_event", "open_list")
    event, *_people = a_full_picture()

    page = get(door, at(event, "tilmelding"))

    assert page.status_code == 200
    assert at(event, "liste/door") in page.content.decode()
    assert "<form" not in main_of(page)
    assert at(event, "brev") not in page.content.decode() + get(door, at(event, "change")).content.decode()
    for action in ("capacity", "close", "open", "resend"):
        assert door.post(at(event, "tilmelding"), {"action": action, "capacity": "1"}).status_code == 403
    assert get(door, at(event, "brev")).status_code == 403
