"""A notice in a minute: chosen or written, for an hour or until a day, up at once or a draft, and never half."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from nejtilbander.i18n.languages import CODES, TranslationState
from nejtilbander.notices.models import Notice
from nejtilbander.notices.phrases import PHRASES
from nejtilbander.publishing import versions
from tests.support.admin import a_login, form_of, html, said, status_of
from tests.support.factories import a_notice
from tests.support.notices import BASE, seen_by_readers

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
NOW = f"{BASE}nu/"
PLAIN = {"accept-encoding": ""}
OWN = {"phrase": "egne", "level": "danger", "duration": "1", "action": "publish"}
ALL = {f"title_{code}": f"Havnen {code}" for code in CODES}


def fields_of(page):
    """The form as a browser sends it when nothing is chosen: `form_of` takes the last radio for a text."""
    fields = {name: values[0] for name, values in form_of(page).items()}
    checked = dict(re.findall(r'<input type="radio" name="(\w+)" value="(\w+)"[^>]*checked', page))
    return {name: text for name, text in fields.items() if name not in {"phrase", "level", "duration"}} | checked


def send(browser, **changes):
    return browser.post(NOW, fields_of(html(browser, NOW)) | changes, headers=PLAIN)


def test_a_phrase_is_up_in_six_languages_with_one_choice_and_one_click(staff):
    answer = send(staff, phrase="fare", action="publish")

    notice = Notice.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{BASE}{notice.pk}/change/")
    phrase = PHRASES["fare"]
    danish = "Er du i fare nu? Ring 112. Haster det ikke, så ring til politiet på 114. Er du i tvivl, så ring 112."
    assert seen_by_readers() == [("danger", f"Fare: {danish}")]
    assert seen_by_readers("/so/")[0][1].endswith(
        phrase.body["so"].replace("{alarm}", "112").replace("{politi}", "114")
    )
    assert timedelta(hours=2.9) < notice.public_until - timezone.now() < timedelta(hours=3)
    assert {notice.language_state(code) for code in CODES[1:]} == {TranslationState.UNREAD}
    assert all(notice.is_machine_translated(code) for code in CODES[1:])
    assert (versions.newest_version(notice).note, notice.public_version) == ("Ny besked nu", 1)
    assert LogEntry.objects.get().change_message == "Version 1 udgivet."
    (told,) = said(staff.get(answer.headers["Location"]))
    assert re.fullmatch(r"Udgivet\. Læserne ser beskeden nu\. Den går væk af sig selv .*\d\d kl\. \d\d\.\d\d\.", told)


def test_the_words_in_each_language_and_who_has_read_them_stand_on_the_page(staff):
    page = html(staff, NOW)

    for phrase in PHRASES.values():
        for code in CODES[1:]:
            assert phrase.title[code].replace("'", "&#x27;") in page
    assert "har læst den på engelsk, arabisk, somalisk, tyrkisk og persisk" in page
    assert "{alarm}" not in page.replace("<code>{alarm}</code>", "")


def test_a_sentence_that_speakers_have_read_says_nothing_of_machines(staff, monkeypatch):
    read = PHRASES["fare"].__class__(**{**PHRASES["fare"].__dict__, "read": tuple(CODES[1:])})
    monkeypatch.setitem(PHRASES, "fare", read)

    page = html(staff, NOW).partition('value="aflyst"')[0]
    send(staff, phrase="fare", action="publish")

    assert "Oversat af en maskine" not in page
    assert {Notice.objects.get().language_state(code) for code in CODES[1:]} == {TranslationState.REVIEWED}


@pytest.mark.parametrize(
    ("choice", "now", "end"),
    [("1", "2026-11-29T20:00", "2026-11-29T21:00"), ("3", "2026-11-29T22:30", "2026-11-30T01:30"),
     ("morgen", "2026-11-29T20:00", "2026-11-30T07:00"), ("morgen", "2026-10-24T20:00", "2026-10-25T07:00"),
     ("morgen", "2026-11-29T23:30", "2026-12-01T07:00")],
    ids=["an hour", "three", "tomorrow", "the night the clock goes back", "after midnight it is tomorrow's morning"],
)  # fmt: skip
def test_it_goes_away_when_that_was_chosen(static_files, time_machine, choice, now, end):
    time_machine.move_to(datetime.fromisoformat(now).replace(tzinfo=UTC), tick=False)
    browser = a_login("vagten", "Udgiver")

    assert send(browser, phrase="aflyst", duration=choice, action="publish").status_code == 302

    assert Notice.objects.get().public_until == datetime.fromisoformat(end).replace(tzinfo=UTC)


def test_ones_own_words_in_every_language_are_a_persons(staff):
    assert send(staff, **OWN, **ALL).status_code == 302

    notice = Notice.objects.get()
    assert seen_by_readers("/tr/")[0][1].endswith("Havnen tr")
    assert (notice.level, notice.is_machine_translated("ar")) == ("danger", False)


def test_a_language_that_is_missing_is_named_aloud_before_readers_get_danish(staff):
    texts = {**ALL, "title_ar": "", "title_fa": "", "body_da": "Gå uden om."}
    texts |= {f"body_{code}": "x" for code in ("en", "so", "tr")}

    asked = send(staff, **OWN, **texts)

    assert (asked.status_code, seen_by_readers()) == (422, [])
    words = " ".join(re.sub(r"<[^>]+>", " ", asked.content.decode()).split())
    assert "Der mangler ord på arabisk og persisk. De, der læser på de sprog, får den danske tekst at se." in words
    assert "Udgiv nu uden arabisk og persisk" in words
    kept = fields_of(asked.content.decode())
    assert kept.items() >= {"phrase": "egne", "title_da": "Havnen da", "body_da": "Gå uden om."}.items()
    assert staff.post(NOW, kept | {"action": "without"}).status_code == 302
    assert seen_by_readers("/ar/")[0][1].endswith("Havnen da Gå uden om.")
    assert Notice.objects.get().language_state("ar") == TranslationState.MISSING


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({}, {"phrase": ["Vælg en sætning, eller skriv dine egne ord."]}),
        (OWN, {"title_da": ["Skriv overskriften på dansk."]}),
        (OWN | ALL | {"title_da": "x" * 81}, {"title_da": ...}),
        (OWN | ALL | {"title_en": "Call {alarm}"}, {"title_en": ...}),
        ({"phrase": "fare", "duration": "valgt"}, {"until": ["Vælg en dag og et klokkeslæt."]}),
        ({"phrase": "fare", "duration": "valgt", "until_0": "x", "until_1": "10:00"}, {"until": ...}),
        ({"phrase": "fare", "duration": "valgt", "until_0": "2020-01-01", "until_1": "10:00"},
         {"until": ["Beskeden skal slutte, efter at den er begyndt."]}),
        ({"phrase": "fare", "duration": "valgt", "until_0": "2099-01-01", "until_1": "10:00"},
         {"until": ["Beskeden kan højst stå i 90 dage. Udgiv den hellere igen, når de er gået."]}),
        ({"phrase": "fare", "key": "ikke en nøgle"}, {"key": ...}),
    ],
    ids=["nothing", "no Danish", "too long", "a number in a title", "no day", "no date", "over", "too far", "no key"],
)  # fmt: skip
def test_what_is_not_right_is_told_at_its_field_and_nothing_is_saved_or_lost(staff, changes, errors):
    answer = send(staff, **{"action": "publish"} | changes)

    assert answer.status_code == 422
    found = answer.context["form"].errors
    assert found.keys() == errors.keys()
    assert all(words is ... or found[name] == words for name, words in errors.items())
    (name,) = errors
    assert f'href="#id_{name}"' in answer.content.decode()
    assert fields_of(answer.content.decode()).items() >= changes.items() - {("action", "publish")}
    assert not Notice.objects.exists()


def test_a_phrase_can_be_changed_before_it_is_published(staff):
    page = send(staff, phrase="telefon", duration="1", action="edit")

    fields = fields_of(page.content.decode())
    assert (page.status_code, fields["phrase"], fields["duration"], fields["level"]) == (200, "egne", "1", "warning")
    assert fields["title_tr"] == PHRASES["telefon"].title["tr"]
    assert staff.post(NOW, fields | {"title_da": "Telefonen er nede", "action": "publish"}).status_code == 302
    notice = Notice.objects.get()
    assert seen_by_readers()[0][1].startswith("Advarsel: Telefonen er nede")
    assert notice.is_machine_translated("tr"), "nobody has changed the Turkish"


def test_enter_in_ones_own_words_loses_none_of_them(staff):
    """The first button of a form is the one that Enter presses."""
    page = send(staff, **OWN | {"action": "edit"}, **ALL)

    assert fields_of(page.content.decode()).items() >= ALL.items()


def test_a_form_that_is_sent_twice_makes_one_notice(staff):
    fields = fields_of(html(staff, NOW)) | {"phrase": "fare", "action": "publish"}

    answers = [staff.post(NOW, fields) for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [f"{BASE}{Notice.objects.get().pk}/change/"] * 2
    assert LogEntry.objects.count() == 1


def test_who_may_not_publish_saves_a_draft_and_is_told_who_may(static_files):
    writer = a_login("skriver", permissions=Permission.objects.filter(codename__in=["add_notice", "view_notice"]))
    assert "Din bruger må ikke udgive." in html(writer, NOW)

    answer = send(writer, phrase="mails", action="publish")

    assert seen_by_readers() == []
    assert status_of(Notice.objects.get()) == "draft"
    assert said(writer.get(answer.headers["Location"])) == [
        "Gemt som kladde. Læserne ser den ikke endnu. Ring til en, der må udgive den: Administrator eller Udgiver."
    ]


def test_what_readers_see_now_stands_on_top_and_the_way_here_on_the_front_and_in_the_list(staff, anna):
    for number in range(2):
        a_notice(f"Vej {number}")

    page = html(staff, NOW)

    assert "<strong>Advarsel: Vej 1</strong>" in page
    assert "De ser højst 2 beskeder ad gangen" in page
    assert NOW in html(staff, "/admin/")
    assert NOW in html(staff, BASE)
    assert NOW not in html(anna, "/admin/")
