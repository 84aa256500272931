"""Staff see numbers and never a person, unless they open the list; and that is written down first."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core import mail
from django.utils import timezone

from events.letters.rendering import render_letter
from events.models import AccessLogEntry, BulkLetter, Event, Letter, Seats, Signup
from events.privacy import retention
from events.signups.booking import door_code
from events.signups.self_service import cancel
from nejtilbander.background.outbox import deliver
from nejtilbander.security import keyring
from tests.conftest import Reader
from tests.make import a_guest, a_meeting, a_signup
from tests.nejtilbander.editorial.test_model_admin import edit, form_of

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}
SECRETS = re.compile(r"bo@example|lis@example|ida@example|Bodil|Lisbet|Idamarie")


def a_login(name, *permissions, **fields):
    user = User.objects.create_user(name, f"{name}@example.org", is_staff=True, **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    browser = Reader()
    browser.force_login(user)
    browser.user = user
    return browser


@pytest.fixture
def staff(db, static_files):
    """May edit meetings, and may not open the list."""
    return a_login("redaktion", "change_event", "view_event", "delete_event", "publish_events")


@pytest.fixture
def keeper(db, static_files):
    """May open the list too."""
    return a_login("vagt", "change_event", "view_event", "open_list")


def at(event, page):
    return f"/admin/events/event/{event.pk}/{page}/"


def get(browser, address):
    return browser.get(address, headers=PLAIN)


def main_of(response):
    return response.content.decode().partition('id="content-main">')[2].partition("<footer")[0]


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", main_of(response)).split())


def table_of(response):
    return dict(re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td></tr>', response.content.decode()))


def act(browser, event, page, **fields):
    """Press a button; give what the page then says about it."""
    answer = browser.post(at(event, page), fields, headers=PLAIN)
    assert answer.status_code == 302, text_of(answer)
    shown = get(browser, answer.headers["Location"]).content.decode()
    return [message.strip() for message in re.findall(r'<li class="(?:success|warning|error)">(.*?)</li>', shown)]


def a_full_picture():
    """A meeting with someone in every state, and the secrets of each."""
    starts_at = timezone.now().replace(microsecond=0) + timedelta(days=10)  # as staff type it
    event = a_meeting(key=True, capacity=20, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    bo = a_guest(event, "bo@example.dk", 3, name="Bodil", needs=["wheelchair"], contact=True)
    lis = a_signup(event, "lis@example.dk", 2, name="Lisbet", needs=["wheelchair", "interpreter_ar"], question="Hvem?")
    nameless = a_signup(event, seats=1)
    waiting = a_signup(event, "ida@example.dk", 4, name="Idamarie", hold=False)
    return event, bo, lis, nameless, waiting


def test_the_page_shows_counts_by_state_needs_letters_and_nobody(staff):
    event, *_people = a_full_picture()

    page = get(staff, at(event, "tilmelding"))

    assert table_of(page) == {
        "Pladser i alt": "20", "Optaget": "6", "Holdes, ikke bekræftet": "2", "Ikke bekræftet i tide": "0",
        "Tilmeldt": "4", "På venteliste": "4", "Har fået tilbud": "0", "Heraf ikke bekræftet": "3 (højst 6)",
        "Plads til kørestol": "2", "Tolk: arabisk": "1",
    }  # fmt: skip
    assert "Spørgsmål til mødet: 1." in text_of(page)
    assert "4 venter" in text_of(page)
    assert "Din bruger må ikke åbne listen." in text_of(page)
    assert not SECRETS.search(page.content.decode())
    assert not any(str(pk) in page.content.decode() for pk in Signup.objects.values_list("pk", flat=True))


def test_more_seats_go_to_the_waiting_list_at_once(staff):
    event = a_meeting(key=True, capacity=2)
    a_guest(event, "bo@example.dk", 2)
    a_guest(event, "lis@example.dk", 2)

    said = act(staff, event, "tilmelding", action="capacity", capacity="4")

    assert said == ["Der er nu 4 pladser. 1 på ventelisten har fået tilbud."]
    assert Seats.objects.filter(event=event).values_list("capacity", "taken", "is_closed").get() == (4, 4, False)
    assert sorted(Signup.objects.filter(event=event).values_list("state", flat=True)) == ["confirmed", "offered"]
    assert LogEntry.objects.get().change_message == "Pladser i alt: 4."


def test_fewer_seats_than_are_taken_warns_closes_and_takes_nobodys_seat(staff, reader):
    event = a_meeting(key=True, capacity=10)
    a_guest(event, "bo@example.dk", 6)

    said = act(staff, event, "tilmelding", action="capacity", capacity="4")

    assert len(said) == 1
    assert said[0].startswith("Der er nu 4 pladser, men 6 er optaget. Ingen mister sin plads.")
    assert Seats.objects.filter(event=event).values_list("capacity", "taken", "is_closed").get() == (4, 6, True)
    assert Signup.objects.get(event=event).state == "confirmed"
    assert "Tilmelding er lukket" in text_of_page(reader, "/stormoeder/proeve/")


@pytest.mark.parametrize("number", ["-1", "x", "", "20001", "1.5", "9" * 30])
def test_a_capacity_that_is_none_is_refused_and_changes_nothing(staff, number):
    event = a_meeting(key=True, capacity=10)

    answer = staff.post(at(event, "tilmelding"), {"action": "capacity", "capacity": number}, headers=PLAIN)

    assert answer.status_code == 200
    assert 'class="errorlist"' in answer.content.decode()
    assert Seats.objects.get(event=event).capacity == 10


def text_of_page(reader, address):
    return " ".join(re.sub(r"<[^>]+>", " ", get(reader, address).content.decode().partition("<main")[2]).split())


def test_closing_and_opening_shows_to_readers_at_once(staff, reader):
    event = a_meeting(key=True)

    assert act(staff, event, "tilmelding", action="close") == [
        "Tilmeldingen er lukket her. Hvad borgerne ser nu, står herunder."
    ]
    assert "Tilmelding er lukket" in text_of_page(reader, "/stormoeder/proeve/")
    assert act(staff, event, "tilmelding", action="open") == [
        "Tilmeldingen er åbnet her. Hvad borgerne ser nu, står herunder."
    ]
    assert "Ledige pladser" in text_of_page(reader, "/stormoeder/proeve/")


def test_an_unknown_action_does_nothing(staff):
    event = a_meeting(key=True)
    before = list(Seats.objects.values())

    for page in ("tilmelding", "brev"):
        assert staff.post(at(event, page), {"action": "send", "capacity": "1"}, headers=PLAIN).status_code == 200
    assert list(Seats.objects.values()) == before
    assert not Letter.objects.filter(event=event).exists()


def test_saving_the_meeting_never_touches_its_seats(staff):
    event, *_people = a_full_picture()
    before = list(Seats.objects.order_by("pk").values())

    edit(staff, event, summary_da="Et andet møde.")

    assert list(Seats.objects.order_by("pk").values()) == before
    assert not Letter.objects.filter(kind=Letter.Kind.CHANGED).exists()


def letters_to(event, kind):
    """The addresses of every letter of `kind`, as they leave."""
    mail.outbox.clear()
    deliver(Letter.objects.filter(event=event, kind=kind), render_letter, number=50)
    return sorted(letter.to[0] for letter in mail.outbox)


def test_moving_a_meeting_writes_to_whoever_holds_seats_or_confirmed_and_shows_at_once(staff, reader):
    event, *_people = a_full_picture()
    left = a_guest(event, "left@example.dk")
    cancel(left)

    edit(
        staff, event, starts_at_0="2040-05-02", starts_at_1="19:00", ends_at_0="2040-05-02", ends_at_1="21:00",
        place_da="Borgernes Hus",
    )  # fmt: skip

    assert letters_to(event, Letter.Kind.CHANGED) == ["bo@example.dk", "lis@example.dk"]
    assert all("Mødet er ændret. Det er nu onsdag den 2. maj 2040" in letter.body for letter in mail.outbox)
    assert not any("Borgernes" in letter.subject or "Prøvemøde" in letter.body for letter in mail.outbox)
    assert "Borgernes Hus" in text_of_page(reader, "/stormoeder/proeve/")
    assert event.seats.version == 2


def test_cancelling_a_meeting_writes_to_whoever_holds_seats_or_confirmed_closes_and_shows_at_once_on_every_page(
    staff, reader
):
    event, bo, *_people = a_full_picture()

    edit(staff, event, state="cancelled", state_reason_da="Storm.")

    assert letters_to(event, Letter.Kind.CANCELLED) == ["bo@example.dk", "lis@example.dk"]
    assert Event.objects.get(pk=event.pk).takes_signups is False
    assert event.seats.version == 2, "a form filled in before is refused"
    for address in ("/stormoeder/proeve/", f"/min-tilmelding/{bo.token}/"):
        assert "Storm." in text_of_page(reader, address)
        assert re.search(r"[Aa]flyst", text_of_page(reader, address))
    assert Signup.objects.filter(event=event).count() == 4


def test_a_second_move_is_a_second_letter_and_saving_again_is_none(staff):
    event, *_people = a_full_picture()

    edit(staff, event, place_da="Borgernes Hus")
    edit(staff, event, place_da="Borgernes Hus")
    edit(staff, event, address="Østre Stationsvej 15")

    numbers = Letter.objects.filter(kind=Letter.Kind.CHANGED).values_list("number", flat=True)
    assert sorted(numbers) == [2, 2, 3, 3]


def test_a_meeting_people_are_coming_to_cannot_be_deleted_until_it_is_cancelled(staff):
    event = a_meeting(key=True)
    a_guest(event, "bo@example.dk", name="Bodil")
    key = bytes(event.seats.key)

    assert staff.post(at(event, "delete"), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in get(staff, "/admin/events/event/").content.decode()
    assert keyring.has_key(key)
    edit(staff, event, state="cancelled")
    assert get(staff, at(event, "delete")).status_code == 403, "the letters about it have not left"
    Letter.objects.update(state="sent")
    asked = get(staff, at(event, "delete"))
    assert asked.status_code == 200
    assert not SECRETS.search(asked.content.decode())
    assert staff.post(at(event, "delete"), {"post": "yes"}).status_code == 302

    assert not Event.objects.filter(pk=event.pk).exists()
    assert not keyring.has_key(key)


def as_seen(event):
    """What the browser sends when the letter is left as it is shown."""
    draft = BulkLetter.objects.get(event=event, sent_at=None)
    return {"seen": draft.fingerprint(), **draft.texts}


def write_circular(staff, event, **texts):
    assert act(staff, event, "brev", action="save", **texts) == []
    return BulkLetter.objects.get(event=event)


def test_a_letter_to_all_is_written_looked_at_tried_and_sent_once(staff):
    event, *_people = a_full_picture()
    a_guest(event, "omar@example.org", 1, language="ar")
    bulk_letter = write_circular(staff, event, da="Husk tøj.\r\n\r\nVi ses.", ar="تذكروا.")

    preview = get(staff, at(event, "brev"))
    assert bulk_letter.texts == {"da": "Husk tøj.\n\nVi ses.", "ar": "تذكروا."}
    assert "English (dansk)" in text_of(preview)
    assert '<blockquote lang="ar" dir="rtl"><p>تذكروا.</p></blockquote>' in preview.content.decode()
    assert "Send til 2 tilmeldte" in text_of(preview)

    assert act(staff, event, "brev", action="test", **as_seen(event)) == ["Prøven er på vej til din egen mail."]
    assert letters_to(event, Letter.Kind.TEST) == ["redaktion@example.org"] * 2
    assert not Letter.objects.filter(kind=Letter.Kind.BULK).exists()

    shown = as_seen(event)
    assert act(staff, event, "brev", action="send", **shown) == ["2 breve er på vej."]
    staff.post(at(event, "brev"), {"action": "send", **shown})
    assert letters_to(event, Letter.Kind.BULK) == ["bo@example.dk", "omar@example.org"]
    bodies = {letter.to[0]: letter.body for letter in mail.outbox}
    assert "Husk tøj.\n\nVi ses.\n" in bodies["bo@example.dk"]
    assert "تذكروا." in bodies["omar@example.org"]
    sent = get(staff, at(event, "brev"))
    assert re.search(r"<td>2</td><td>0</td><td>0</td><td>Husk tøj\.", sent.content.decode())
    assert not SECRETS.search(sent.content.decode() + preview.content.decode())
    assert LogEntry.objects.get().change_message == "Brev til 2 tilmeldte."


def test_what_was_typed_and_not_looked_at_is_kept_and_not_sent(staff):
    event, *_people = a_full_picture()
    write_circular(staff, event, da="Husk tøj.")

    said = act(staff, event, "brev", action="send", **as_seen(event) | {"da": "Husk varmt tøj."})

    assert said == ["Du har ændret teksten, siden du så brevet. Den er gemt. Læs brevet igen herunder, og send så."]
    assert BulkLetter.objects.get(event=event).texts == {"da": "Husk varmt tøj."}
    assert not Letter.objects.filter(kind=Letter.Kind.BULK).exists()


def test_the_second_of_two_writers_is_told_and_sees_both_texts(staff):
    event, *_people = a_full_picture()
    write_circular(staff, event, da="Husk tøj.")
    old = as_seen(event)
    act(staff, event, "brev", action="save", **old | {"da": "Husk varmt tøj."})

    answer = staff.post(at(event, "brev"), old | {"action": "send", "da": "Husk paraply."}, headers=PLAIN)

    assert "En anden har ændret eller sendt brevet" in answer.content.decode()
    assert "<p>Husk varmt tøj.</p>" in answer.content.decode()
    assert "Husk paraply.</textarea>" in answer.content.decode()
    assert BulkLetter.objects.get(event=event).texts == {"da": "Husk varmt tøj."}
    assert not Letter.objects.filter(kind=Letter.Kind.BULK).exists()


def test_a_letter_to_all_needs_its_danish_text_and_someone_to_try_it_on(staff):
    event = a_meeting(key=True)

    refused = staff.post(at(event, "brev"), {"action": "save", "da": "", "en": "Hello."}, headers=PLAIN)
    assert "Dette felt er påkrævet." in refused.content.decode()
    assert not BulkLetter.objects.exists()
    write_circular(staff, event, da="Hej.")
    User.objects.filter(pk=staff.user.pk).update(email="")
    said = act(staff, event, "brev", action="test", **as_seen(event))
    assert said == ["Din bruger har ingen mailadresse. Skriv en på din bruger først."]
    assert not Letter.objects.filter(event=event).exists()


@pytest.mark.parametrize("what", ["door", "contact", "questions"])
def test_without_the_permission_nobody_opens_a_list_and_nothing_is_counted(staff, reader, what):
    event, *_people = a_full_picture()

    assert get(staff, at(event, f"liste/{what}")).status_code == 403
    assert staff.post(at(event, f"liste/{what}")).status_code == 403
    assert reader.post(at(event, f"liste/{what}")).status_code == 302  # to the login
    assert not AccessLogEntry.objects.exists()
    assert Seats.objects.get(event=event).access_count == 0


@pytest.mark.parametrize("what", ["door", "contact", "questions"])
def test_looking_asks_first_and_opens_nothing(keeper, what):
    event, *_people = a_full_picture()

    page = get(keeper, at(event, f"liste/{what}"))

    assert "Du er ved at åbne noget, der er låst." in text_of(page)
    assert "<table" not in main_of(page)
    assert not SECRETS.search(page.content.decode())
    assert not AccessLogEntry.objects.exists()
    assert not Letter.objects.filter(kind=Letter.Kind.OPENED).exists()


def open_list(keeper, event, what):
    page = keeper.post(at(event, f"liste/{what}"), headers=PLAIN)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    cells = re.findall(r"<(?:td|li dir=\"auto\")>(.*?)</(?:td|li)>", main_of(page))
    return page, cells


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


def test_a_box_put_in_anothers_place_opens_no_list(keeper):
    event, bo, _lis, nameless, _waiting = a_full_picture()
    Signup.objects.filter(pk=bo.pk).update(sealed=Signup.objects.get(pk=nameless.pk).sealed)

    page, cells = open_list(keeper, event, "door")

    assert "Listen kan ikke åbnes." in text_of(page)
    assert cells == []


def test_a_list_nobody_knows_and_a_meeting_nobody_knows_are_not_found(keeper):
    event = a_meeting(key=True)

    assert keeper.post(at(event, "liste/alle")).status_code == 404
    assert keeper.post("/admin/events/event/99999/liste/door/").status_code == 404
    assert not AccessLogEntry.objects.exists()


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
        "/admin/", "/admin/events/event/", *(at(event, page) for page in
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


def test_a_form_opened_before_the_meeting_was_cancelled_does_not_undo_it(staff):
    event, *_people = a_full_picture()
    old = form_of(get(staff, at(event, "change")).content.decode())
    edit(staff, event, state="cancelled")
    written = Letter.objects.filter(event=event).count()

    answer = staff.post(at(event, "change"), old, headers=PLAIN)

    assert "har gemt, mens du skrev. Din tekst står i felterne" in answer.content.decode()
    assert Event.objects.get(pk=event.pk).state == "cancelled"
    assert Letter.objects.filter(event=event).count() == written
    edit(staff, event, state="confirmed")
    assert Seats.objects.get(event=event).is_closed, "until staff open it by hand"


def test_a_wrong_year_does_not_erase_the_list(staff):
    event, *_people = a_full_picture()
    fields = form_of(get(staff, at(event, "change")).content.decode())
    past = {
        "starts_at_0": ["2020-05-02"],
        "ends_at_0": ["2020-05-02"],
        "starts_at_1": ["19:00"],
        "ends_at_1": ["21:00"],
    }

    answer = staff.post(at(event, "change"), fields | past, headers=PLAIN)

    assert "Mødet kan ikke flyttes til en dag, der er gået" in answer.content.decode()
    assert Signup.objects.filter(event=event).count() == 4


def test_letters_given_up_are_tried_again_by_a_button_and_a_letter_to_nobody_is_not_sent(staff):
    event = a_meeting(key=True)
    Letter.objects.create(kind="opened", event=event, language="da", state="failed", tries=20)
    assert act(staff, event, "tilmelding", action="resend") == ["1 breve bliver prøvet igen."]
    assert Letter.objects.get(event=event).state == "waiting"

    write_circular(staff, event, da="Hej.")
    assert act(staff, event, "brev", action="send", **as_seen(event)) == [
        "Der er ingen tilmeldte med mail endnu. Brevet er ikke sendt."
    ]
    assert BulkLetter.objects.get(event=event).sent_at is None
