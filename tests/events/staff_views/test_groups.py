"""Groups from one place: seen, taken out and let in by those who may open the list, who see nobody."""

import pytest
from django.contrib.admin.models import LogEntry

from events.models import GroupDecision, Recognition, Signup
from events.signups.groups import carry_out_decisions, group_code
from events.signups.recognition import recognise_new
from nejtilbander.audit.models import AuditLine
from tests.events.signups.booking.driver import sign_up, signup_request
from tests.events.staff_views.driver import PLAIN, act, at, get, letters_to, text_of
from tests.support.factories import a_form, a_guest, a_meeting

pytestmark = pytest.mark.django_db
ONE_PLACE = [f"person{number}@forening.example.org" for number in range(4)]


@pytest.fixture
def event(settings):
    """A hall where one association has six seats, and a fourth of its members came when it had them."""
    settings.SIGNUP_UNCAPPED = ["example.dk"]
    event = a_meeting(key=True, capacity=60)
    a_guest(event, "bo@example.dk", 6)
    for email in ONE_PLACE[:3]:
        a_guest(event, email, 2)
    sign_up(event, signup_request(ONE_PLACE[3], 2), a_form(event))
    return event


def mark():
    return Recognition.objects.exclude(over_index="").get().over_index


def test_a_group_is_counts_and_a_code_and_nobody(keeper, event):
    page = get(keeper, at(event, "grupper"))

    assert f"Gruppe {group_code(mark())}: 6 pladser, samme maildomæne" in text_of(page)
    assert "Tilmeldinger: 3. Uden plads, fordi der var for mange: 1." in text_of(page)
    assert text_of(page).count("pladser, samme") == 1
    assert not any(word in page.content.decode() for word in ("person", "forening", "example", "bo@"))
    assert at(event, "grupper") in get(keeper, at(event, "tilmelding")).content.decode()


def test_a_group_is_taken_out_by_the_worker_with_a_letter_to_each_and_a_line_in_the_audit_trail(keeper, event):
    code = group_code(mark())

    said = act(keeper, event, "grupper", action="out", group=mark())

    assert said == [f"Gruppe {code} bliver taget ud inden for et minut. Pladserne bliver givet fri, og de får en mail."]
    page = text_of(get(keeper, at(event, "grupper")))
    assert "Gruppen bliver taget ud inden for et minut." in page
    assert f"Tag gruppe {code} ud" not in page
    assert not Signup.objects.filter(event=event, state="refused").exists()
    carry_out_decisions()
    states = list(Signup.objects.filter(event=event).order_by("position").values_list("state", flat=True))
    assert states == ["confirmed"] + ["refused"] * 4
    assert letters_to(event, "taken_out") == ONE_PLACE[:3]
    assert LogEntry.objects.get().change_message == f"Gruppe {code} bliver taget ud af tilmeldingen."
    assert AuditLine.objects.filter(words__contains=f"Gruppe {code} bliver taget ud").count() == 1
    assert "Ingen grupper." in text_of(get(keeper, at(event, "grupper")))


def test_a_group_is_let_in_and_who_was_set_aside_gets_the_letter(keeper, event):
    code = group_code(mark())
    letters_to(event, "confirm")

    said = act(keeper, event, "grupper", action="in", group=mark())
    carry_out_decisions()
    recognise_new()

    assert said == [f"Gruppe {code} bliver lukket ind inden for et minut. De, der ikke fik plads, får så deres mail."]
    assert ONE_PLACE[3] in letters_to(event, "confirm")
    page = text_of(get(keeper, at(event, "grupper")))
    assert "Lukket ind: Her er ingen grænse." in page
    assert f"Luk gruppe {code} ind" not in page
    assert LogEntry.objects.get().change_message == f"Gruppe {code} bliver lukket ind."


@pytest.mark.parametrize("fields", [{}, {"action": "out"}, {"action": "out", "group": "x"}, {"action": "nej"}])
def test_what_names_no_group_or_no_action_changes_nothing(keeper, event, fields):
    group = {"group": mark()} if fields.get("action") == "nej" else {}

    assert keeper.post(at(event, "grupper"), fields | group, headers=PLAIN).status_code == 200
    assert not LogEntry.objects.exists()
    assert not GroupDecision.objects.exists()


def test_without_the_permission_nobody_sees_groups(staff, event):
    assert get(staff, at(event, "grupper")).status_code == 403
    assert staff.post(at(event, "grupper"), {"action": "out", "group": mark()}).status_code == 403
    assert at(event, "grupper") not in get(staff, at(event, "tilmelding")).content.decode()
