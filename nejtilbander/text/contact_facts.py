"""Contact facts: the phone numbers and addresses that readers are sent to, each defined once.

Staff write a fact's name in braces in the longer texts - "Ring {politi}" - and readers get the number as a link that
stays left-to-right in Arabic and Persian. Checked against the authorities' and helplines' own pages; see
docs/decisions/0004.
"""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi, gettext_lazy


@dataclass(frozen=True)
class Fact:
    """A way to reach help: `shown` is the text of the link, `href` its target.

    `action` says what a call does, for those who hear the links of a page one by one; {number} in it is `shown`.
    """

    shown: str
    href: str
    action: Promise | str = ""

    @property
    def isolated(self) -> SafeString:
        """The text, kept left-to-right in Arabic and Persian."""
        return format_html('<bdi dir="ltr">{}</bdi>', self.shown)

    def link(self, css_class: str = "") -> SafeString:
        """The fact as an HTML link, isolated left-to-right. External pages get no Referer header."""
        outside = mark_safe(' rel="noreferrer"') if self.href.startswith("http") else ""
        styled = format_html(' class="{}"', css_class) if css_class else ""
        named = format_html(' aria-label="{}"', str(self.action).format(number=self.shown)) if self.action else ""
        return format_html('<a href="{}"{}{}{}>{}</a>', self.href, outside, styled, named, self.isolated)


FACTS = {
    "alarm": Fact("112", "tel:112", gettext_lazy("Ring {number}, når der er fare")),
    "politi": Fact("114", "tel:114", gettext_lazy("Ring {number} til politiet")),
    "offerraadgivning": Fact("116 006", "tel:116006", gettext_lazy("Ring {number} til Offerrådgivningen")),
    "offerraadgivning.dk": Fact("offerraadgivning.dk", "https://offerraadgivning.dk/"),
    "boernetelefonen": Fact("116 111", "tel:116111", gettext_lazy("Ring {number} til BørneTelefonen")),
    "politi.dk": Fact("politi.dk", "https://politi.dk/"),
    "fynspoliti": Fact("politi.dk/fyns-politi", "https://politi.dk/fyns-politi"),
    "nejtilbander": Fact("nejtilbander.dk", "https://www.nejtilbander.dk/"),
    "odense": Fact("odense.dk", "https://www.odense.dk/"),
    "datatilsynet": Fact("datatilsynet.dk", "https://www.datatilsynet.dk/"),
    "rejseplanen": Fact("rejseplanen.dk", "https://www.rejseplanen.dk/"),
    "digst": Fact("digst.dk", "https://digst.dk/"),
}
BRACES = re.compile(r"\{[^{}\n]*\}")


def unknown_names(text: str) -> list[str]:
    """What stands in braces in a plain text and is the name of no fact: readers would see it as it stands."""
    return [shown for shown in BRACES.findall(text) if shown[1:-1] not in FACTS]


def write_out(text: str) -> str:
    """A plain text with each {fact} as its number or address: for letters, which have no link of ours.

    Without marks of direction around it, "116 006" reads "006 116" in Arabic.
    """
    mark = "\u200e" if get_language_bidi() else ""

    def shown(match: re.Match[str]) -> str:
        fact = FACTS.get(match[0][1:-1])
        return f"{mark}{fact.shown}{mark}" if fact else match[0]

    return BRACES.sub(shown, text)
