"""A letter as it will be read, one for each language, for staff to look at before it leaves."""

from dataclasses import dataclass

from django.conf import settings

from nejtilbander.i18n.languages import direction


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
    def fallback_words(self) -> str:
        """How much of it somebody who chose another language reads in Danish; "" when nothing is."""
        danish = [one for one in self.paragraphs if one.language != self.language]
        if not danish:
            return ""
        return "på dansk" if len(danish) == len(self.paragraphs) else "noget af den er på dansk"
