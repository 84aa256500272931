"""A letter to all: written, looked at, tried, sent once."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core import mail

from events.models import BulkLetter, Letter
from tests.events.staff_views.driver import (
    PLAIN,
    SECRETS,
    a_full_picture,
    a_login,
    act,
    as_seen,
    at,
    get,
    letters_to,
    text_of,
    write_circular,
)
from tests.support.factories import a_guest, a_meeting

pytestmark = pytest.mark.django_db


def test_a_letter_to_all_is_written_looked_at_tried_and_sent_once(staff):
    event, *_people = a_full_picture()
    a_guest(event, "omar@example.org", 1, language="ar")
    bulk_letter = write_circular(staff, event, da="Husk tøj.\r\n\r\nVi ses.", ar="تذكروا.")

    preview = get(staff, at(event, "brev"))
    assert bulk_letter.texts == {"da": "Husk tøj.\n\nVi ses.", "ar": "تذكروا."}
    assert "English (dansk)" in text_of(preview)
    assert '<blockquote lang="ar" dir="rtl"><p>تذكروا.</p></blockquote>' in preview.content.decode()
    assert "Send til alle tilmeldte (tælles hver time)" in text_of(preview)

    assert act(staff, event, "brev", action="test", **as_seen(event)) == ["Prøven er på vej til din egen mail."]
    assert letters_to(event, Letter.Kind.TEST) == ["redaktion@example.org"] * 2
    assert not Letter.objects.filter(kind=Letter.Kind.BULK).exists()

    shown = as_seen(event)
    assert act(staff, event, "brev", action="send", **shown) == ["Mailen er på vej til dem, der er tilmeldt med mail."]
    staff.post(at(event, "brev"), {"action": "send", **shown})
    assert letters_to(event, Letter.Kind.BULK) == ["bo@example.dk", "omar@example.org"]
    bodies = {letter.to[0]: letter.body for letter in mail.outbox}
    assert "Husk tøj.\n\nVi ses.\n" in bodies["bo@example.dk"]
    assert "تذكروا." in bodies["omar@example.org"]
    sent = get(staff, at(event, "brev"))
    assert re.search(r"</td><td>Husk tøj\.", sent.content.decode())
    assert "Afsendt" not in text_of(sent)
    chief = a_login("chef", is_superuser=True)
    assert re.search(r"<td>2</td><td>0</td><td>0</td><td>Husk tøj\.", get(chief, at(event, "brev")).content.decode())
    assert not SECRETS.search(sent.content.decode() + preview.content.decode())
    assert LogEntry.objects.get().change_message == "Mail til alle tilmeldte."


def test_what_was_typed_and_not_looked_at_is_kept_and_not_sent(staff):
    event, *_people = a_full_picture()
    write_circular(staff, event, da="Husk tøj.")

    said = act(staff, event, "brev", action="send", **as_seen(event) | {"da": "Husk varmt tøj."})

    assert said == ["Du har ændret teksten, siden du så mailen. Den er gemt. Læs mailen igen herunder, og send så."]
    assert BulkLetter.objects.get(event=event).texts == {"da": "Husk varmt tøj."}
    assert not Letter.objects.filter(kind=Letter.Kind.BULK).exists()


def test_the_second_of_two_writers_is_told_and_sees_both_texts(staff):
    event, *_people = a_full_picture()
    write_circular(staff, event, da="Husk tøj.")
    old = as_seen(event)
    act(staff, event, "brev", action="save", **old | {"da": "Husk varmt tøj."})

    answer = staff.post(at(event, "brev"), old | {"action": "send", "da": "Husk paraply."}, headers=PLAIN)

    assert "En anden har ændret eller sendt mailen" in answer.content.decode()
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


def test_letters_given_up_are_tried_again_by_a_button_and_a_letter_to_nobody_tells_of_nobody(staff):
    event = a_meeting(key=True)
    Letter.objects.create(kind="opened", event=event, language="da", state="failed", tries=20)
    assert act(staff, event, "tilmelding", action="resend") == ["De mails, der ikke kunne sendes, bliver prøvet igen."]
    assert Letter.objects.get(event=event).state == "waiting"

    write_circular(staff, event, da="Hej.")
    assert act(staff, event, "brev", action="send", **as_seen(event)) == [
        "Mailen er på vej til dem, der er tilmeldt med mail."
    ]
    assert not Letter.objects.filter(event=event, kind="bulk").exists()
