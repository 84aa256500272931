"""The five questions of the report guide and their short answers, in the active language.

The source of both the headings on the page and the structured data for search engines. The long answers are in
templates/pages/guide.html. The rules behind them were checked against the authorities' own pages: see
docs/decisions/0004.
"""

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from nejtilbander.text.prose import render_facts, to_plain_text


@dataclass(frozen=True)
class Question:
    """`anchor` is the id of its heading; `answer` one or two sentences of plain text with {facts}."""

    anchor: str
    title: str
    answer: str

    @property
    def answer_html(self) -> SafeString:
        return render_facts(escape(self.answer))

    @property
    def answer_text(self) -> str:
        return to_plain_text(self.answer)


def questions() -> list[Question]:
    return [
        Question("fare", _("Er nogen i fare nu?"), _("Kom i sikkerhed, og ring så {alarm} med det samme.")),
        Question(
            "sket",
            _("Er det sket, og er faren ovre?"),
            _("Ring {politi}, eller gå ind på en politistation. Det gælder altid ved vold, trusler og afpresning."),
        ),
        Question(
            "tip",
            _("Har du set eller hørt noget?"),
            _("Giv politiet et tip. Ring {politi}. Du behøver ikke sige, hvem du er."),
        ),
        Question(
            "tvivl",
            _("Er du i tvivl, eller vil du tale med nogen?"),
            _("Ring til Offerrådgivningen på {offerraadgivning}. De svarer hver dag, hele døgnet."),
        ),
        Question(
            "ud",
            _("Vil du ud af en bande?"),
            _("Du kan få hjælp til at komme ud. Det hedder Exit. Ring {politi}, eller spørg kommunen."),
        ),
    ]


def structured_data() -> dict[str, object]:
    """The questions as a schema.org FAQPage, for JSON-LD."""
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": get_language(),
        "mainEntity": [
            {
                "@type": "Question",
                "name": question.title,
                "acceptedAnswer": {"@type": "Answer", "text": question.answer_text},
            }
            for question in questions()
        ],
    }
