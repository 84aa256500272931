"""Why a meeting is cancelled stands in the letter about it, in the reader's language, with the facts written out."""

import pytest

from events.letters.rendering import render_letter
from events.models import Event, Letter
from nejtilbander.publishing.content_checks import check_content
from tests.support.factories import a_guest, a_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


def a_cancelled_meeting(language, **fields):
    """The letter that a guest gets when it is cancelled."""
    event = a_meeting(key=True)
    guest = a_guest(event, "bo@example.dk", language=language)
    for name, text in {"state": Event.State.CANCELLED, **fields}.items():
        setattr(event, name, text)
    event.save()
    letter = event.letters.create(kind="cancelled", signup=guest, language=language, number=2)
    return render_letter(Letter.objects.get(pk=letter.pk))


def test_the_reason_stands_in_the_letter_in_its_language_with_numbers_written_out():
    letter = a_cancelled_meeting("da", state_reason_da="Storm. Ring {politi} & {offerraadgivning}.")

    assert "er aflyst. Du skal ikke gøre noget.\n\nStorm. Ring 114 & 116 006.\n\nVi sletter" in letter.body
    assert "<p>Storm. Ring 114 &amp; 116 006.</p>" in letter.alternatives[0][0]


def test_a_reason_that_is_only_in_danish_is_marked_as_danish_and_nothing_else_is():
    page = a_cancelled_meeting("ar", state_reason_da="Storm.").alternatives[0][0]

    assert page.count('lang="da"') == 2, "the reason, and the name of the municipality"
    assert '<p lang="da" dir="ltr" style="text-align:left">Storm.</p>' in page


def test_without_a_reason_nothing_in_the_letter_is_danish_but_the_name():
    assert a_cancelled_meeting("ar").alternatives[0][0].count('lang="da"') == 1


def test_a_translated_reason_is_in_the_readers_language():
    page = a_cancelled_meeting("ar", state_reason_da="Storm.", state_reason_ar="عاصفة.").alternatives[0][0]

    assert "<p>عاصفة.</p>" in page
    assert "Storm." not in page


def test_the_reason_takes_a_fact_and_refuses_what_is_none(reader):
    event = a_meeting(state=Event.State.CANCELLED, state_reason_da="Ring {politi}.", state_reason_en="Call {alam}.")

    [finding] = check_content(event)
    assert (finding.field, finding.is_error) == ("state_reason_en", True)
    assert 'href="tel:114"' in reader.get("/stormoeder/proeve/", headers={"accept-encoding": ""}).content.decode()
