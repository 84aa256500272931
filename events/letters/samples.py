"""Letters as those who are signed up will read them, in every language: which languages they chose, staff never see."""

from collections.abc import Callable

from django.utils import translation

from events.letters.texts import ABOUT_SIGNUP, LetterText, bulk_text
from events.models import BulkLetter, Event, Letter, Signup
from nejtilbander.i18n.languages import CODES, SOURCE
from nejtilbander.publishing.letter_samples import LetterSample, Paragraph

NO_TOKEN = "0"  # noqa: S105 - a sample shows no link


def announcement_samples(event: Event, kind: Letter.Kind) -> list[LetterSample]:
    """The letter of this kind to someone who has seats at `event`, as it is in memory: it need not be saved."""
    signup = Signup(event=event, state=Signup.State.CONFIRMED, seats=1)
    return _in_every_language(lambda _language: ABOUT_SIGNUP[kind](signup, NO_TOKEN))


def bulk_samples(bulk_letter: BulkLetter) -> list[LetterSample]:
    return _in_every_language(lambda language: bulk_text(bulk_letter, language))


def _in_every_language(write: Callable[[str], LetterText | None]) -> list[LetterSample]:
    texts = []
    for language in CODES:
        with translation.override(language):
            texts.append((write(language), language))
    return [_sample(text, language) for text, language in texts if text]


def _sample(text: LetterText, language: str) -> LetterSample:
    paragraphs = [Paragraph(words, SOURCE if words in text.danish else language) for words in text.paragraphs]
    return LetterSample(language, text.subject, paragraphs)
