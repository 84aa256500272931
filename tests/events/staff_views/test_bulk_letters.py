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
from tests.support.admin import form_of
from tests.support.factories import a_guest, a_meeting

pytestmark = pytest.mark.django_db


def test_a_letter_to_all_is_written_looked_at_tried_and_sent_once(staff):
    event, *_people = a_full_picture()
    a_guest(event, "omar@example.org", 1, language="ar")
    bulk_letter = write_circular(staff, event, da="Husk tøj.\r\n\r\nVi ses.", ar="تذكروا.")

    preview = get(staff, at(event, "brev"))
    assert bulk_letter.texts == {"da": "Husk tøj.\n\nVi ses.", "ar": "تذكروا."}
    assert "English (på dansk)" in text_of(preview)
    assert '<blockquote lang="ar" dir="rtl"><p>تذكروا.</p></blockquote>' in preview.content.decode()
    assert "tilmeldt med mail (tælles hver time)" in text_of(preview)

    assert act(staff, event, "brev", action="test", **as_seen(event)) == ["Prøven er på vej til din egen mail."]
    assert letters_to(event, Letter.Kind.TEST) == ["redaktion@example.org"] * 2
    assert not Letter.objects.filter(kind=Letter.Kind.BULK).exists()

    asked = staff.post(at(event, "brev"), {"action": "confirm", **as_seen(event)}, headers=PLAIN, follow=True)
    assert "Den går til dem, der er tilmeldt med mail: tælles hver time . Det kan ikke fortrydes." in text_of(asked)
    assert '<blockquote lang="ar" dir="rtl"><p>تذكروا.</p></blockquote>' in asked.content.decode()
    assert "Der er ikke skrevet noget på: English, Soomaali, Türkçe, فارسی." in text_of(asked)
    assert not Letter.objects.filter(kind=Letter.Kind.BULK).exists(), "one more click"
    shown = {"seen": form_of(asked.content.decode())["seen"][0]}
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

    said = act(staff, event, "brev", action="test", **as_seen(event) | {"da": "Husk varmt tøj."})
    assert said == ["Du har ændret teksten, siden du så mailen. Den er gemt. Læs mailen igen herunder, og prøv så."]
    assert not Letter.objects.filter(kind=Letter.Kind.TEST).exists()

    asked = staff.post(
        at(event, "brev"), {"action": "confirm", **as_seen(event), "da": "Husk støvler."}, headers=PLAIN, follow=True
    )
    assert "Husk støvler." in text_of(asked), "the last page shows what it will send"
    assert BulkLetter.objects.get(event=event).texts == {"da": "Husk støvler."}
    assert not Letter.objects.filter(kind=Letter.Kind.BULK).exists()
    assert "Husk støvler." in get(staff, at(event, "brev")).content.decode(), "nothing is lost by going back"


def test_a_letter_that_changed_after_the_last_page_was_shown_is_not_sent(staff):
    event, *_people = a_full_picture()
    write_circular(staff, event, da="Husk tøj.")
    old = as_seen(event)["seen"]
    act(staff, event, "brev", action="save", **as_seen(event) | {"da": "Husk varmt tøj."})

    for seen in (old, ""):
        said = act(staff, event, "brev", action="send", seen=seen)
        assert said == ["En anden har ændret eller sendt mailen, siden du så den. Den er ikke sendt. Læs den igen."]
    BulkLetter.objects.all().delete()
    assert "Læs den igen" in act(staff, event, "brev", action="send", seen="")[0]
    assert not Letter.objects.filter(kind=Letter.Kind.BULK).exists()


@pytest.mark.parametrize("text", ["Ring {alam}.", "Ring 114."])
def test_a_fact_that_nobody_knows_is_refused_at_its_field_and_what_was_typed_is_kept(staff, text):
    event = a_meeting(key=True)

    answer = staff.post(at(event, "brev"), {"action": "save", "da": "Hej.", "ar": text}, headers=PLAIN)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["ar"]
    assert '<li><a href="#id_ar">العربية: ' in answer.content.decode()
    assert f"{text}</textarea>" in answer.content.decode()
    assert "Hej.</textarea>" in answer.content.decode()
    assert not BulkLetter.objects.exists()


def test_facts_leave_as_numbers_and_addresses_in_every_language(staff):
    event = a_meeting(key=True)
    a_guest(event, "bo@example.dk")
    a_guest(event, "omar@example.org", language="ar")
    write_circular(staff, event, da="Ring {politi}. Se {politi.dk}.", ar="{offerraadgivning}")

    preview = get(staff, at(event, "brev")).content.decode()
    assert "<p>Ring 114. Se politi.dk.</p>" in preview
    act(staff, event, "brev", action="send", **as_seen(event))
    letters_to(event, Letter.Kind.BULK)
    bodies = {letter.to[0]: letter.body for letter in mail.outbox}
    assert "Ring 114. Se politi.dk." in bodies["bo@example.dk"]
    assert "\u200e116 006\u200e" in bodies["omar@example.org"]
    assert "{" not in "".join(bodies.values())


def test_the_second_of_two_writers_is_told_and_sees_both_texts(staff):
    event, *_people = a_full_picture()
    write_circular(staff, event, da="Husk tøj.")
    old = as_seen(event)
    act(staff, event, "brev", action="save", **old | {"da": "Husk varmt tøj."})

    answer = staff.post(at(event, "brev"), old | {"action": "confirm", "da": "Husk paraply."}, headers=PLAIN)

    assert answer.status_code == 422
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
