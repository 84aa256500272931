"""The database leaves while somebody signs up or confirms."""

import re
from html import unescape

import pytest
from django.db import connection

from events.models import Letter, Seats, Signup
from tests.events.signups.views.driver import (
    FORM,
    PLAIN,
    RECEIPT,
    TYPED,
    LeavesAt,
    a_second_later,
    act,
    get,
    rows,
    send,
    ticket_of,
    to_manage,
)
from tests.support.factories import a_meeting, a_signup

pytestmark = pytest.mark.django_db
WRITES = [("UPDATE", 0), *(("INSERT", number) for number in range(3))]  # seats, sign-up, letter, question


@pytest.mark.parametrize(("word", "number"), [("SELECT", 0), *WRITES])
def test_when_the_database_leaves_nothing_is_half_written_and_what_was_typed_can_be_sent_again(reader, word, number):
    a_meeting(key=True)
    ticket, before = ticket_of(get(reader)), rows()
    a_second_later()

    with connection.execute_wrapper(LeavesAt(word, number)):
        answer = send(reader, ticket, **TYPED)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "120")
    assert answer.headers["Cache-Control"] == "no-store"
    assert rows() == before
    again = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.content.decode()):
        again.setdefault(name, []).append(unescape(value))
    assert again == {"ticket": [ticket]} | {
        name: value if isinstance(value, list) else [value] for name, value in TYPED.items()
    }
    assert reader.post(FORM, again).headers["Location"] == RECEIPT
    assert [list(Signup.objects.values_list("seats", "state")), Letter.objects.count()] == [[(3, "held")], 1]
    assert list(Seats.objects.filter(event__slug="proeve").values_list("taken", flat=True)) == [3]


def test_when_the_database_leaves_a_visitor_who_confirms_can_do_so_later(reader):
    token = a_signup(a_meeting(key=True), "alma@example.dk").token
    before = rows()

    with connection.execute_wrapper(LeavesAt("UPDATE", 1)):
        answer = reader.post(f"/ar/min-tilmelding/{token}/", {"action": "confirm"}, headers=PLAIN)

    assert (answer.status_code, answer.headers["Referrer-Policy"]) == (503, "no-referrer")
    assert '<input type="hidden" name="action" value="confirm">' in answer.content.decode()
    assert rows() == before
    assert act(reader, token, action="confirm") == to_manage(token, "bekraeftet")
