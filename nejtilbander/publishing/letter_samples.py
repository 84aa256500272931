"""A letter as it will be read, one for each language, for staff to look at before it leaves."""

from dataclasses import dataclass

from django.conf import settings

from nejtilbander.i18n.languages import SOURCE, direction


@dataclass(frozen=True)
class Paragraph:
    """`language` is that of its words: Danish where nothing is written in the reader's own."""

    text: str
    language: str

    @property
    def direction(self) -> str:
        return direction(self.language)


@dataclass(frozen=True)
class LetterSample:
    language: str
    subject: str
    paragraphs: list[Paragraph]

    @property
    def name(self) -> str:
        """The language in its own words."""
        return str(dict(settings.LANGUAGES)[self.language])

    @property
    def direction(self) -> str:
        return direction(self.language)

    @property
    def is_danish_instead(self) -> bool:
        """True when somebody who chose another language reads Danish in it."""
        return any(one.language != self.language for one in self.paragraphs) and self.language != SOURCE
