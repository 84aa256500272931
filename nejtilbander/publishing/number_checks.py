"""Phone numbers typed in a text: emergency and contact numbers belong in braces, as a {fact}; others are a warning."""

import re
from collections.abc import Iterator

from nejtilbander.text.contact_facts import FACTS

# Arabic and Persian digits are read as ASCII digits; marks that change the text direction may stand among them.
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)
_GAP = " \u00a0\u2009\u202f\u200e\u200f"
_BEFORE = rf"(?<![0-9A-Za-z§/=#])(?<!\d[.,:{_GAP}–-])"
_AFTER = (
    rf"(?![0-9A-Za-z])(?![.,:–-]\d)(?!-[^\W\d]{{4}})(?![{_GAP}]\d{{3}}(?!\d))"
    rf"(?![{_GAP}]*(?:[%‰]|(?:kr|kroner|procent|pct|meter|km)\b))"
)
_FACTS = {
    name: re.compile(_BEFORE + fact.shown.replace(" ", f"[{_GAP}-]?") + _AFTER)
    for name, fact in FACTS.items()
    if fact.href.startswith("tel:")
}
_DATE = r"(?:(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d|[0-3]\d(?:0[1-9]|1[0-2])(?:19|20)\d\d)"
_YEARS = rf"(?:19|20)\d\d[{_GAP}](?:19|20)\d\d"
_PHONE = re.compile(  # with +45; or as 12345678, 12 34 56 78 or 1234 5678: none begins with 0 or 1, or is a date
    rf"{_BEFORE}(?:(?:\+|00)45(?:[{_GAP}.-]*\d){{8}}|"
    rf"(?!{_DATE}|{_YEARS})[2-9]\d(?:(?P<gap>[{_GAP}.-]?)\d\d(?P=gap)\d\d(?P=gap)|\d\d[{_GAP}]\d\d)\d\d){_AFTER}"
)
_AND = r"(?:(?:og|eller|and|or|ve|iyo|و)[\s\d.,]*)?"
_LAW_REFERENCE = re.compile(
    rf"(?:§|paragraf\w*|artik\w+|section|articles?|madde\w*|qodob\w*|الماد\w+|ماده)[\s\d.,]*{_AND}$", re.IGNORECASE
)
_REGISTER_NUMBER = re.compile(r"\b(?:CVR|EAN)[^\d\n]{0,10}$", re.IGNORECASE)
_LOOK_BACK = 40  # characters
_PHONE_TYPED = (
    "„{}“ ligner et telefonnummer. Se efter, at det passer, og at nogen tager den. "
    "Skal det stå flere steder, så bed om at få det med på listen over kontakter."
)


def check_numbers(text: str, *, is_prose: bool) -> Iterator[tuple[str, bool]]:
    """Yields (sentence, is it an error) for each phone number. In prose a {fact} becomes a link; elsewhere not."""
    digits = text.translate(_DIGITS)  # one character for one, so that positions in it are positions in `text`
    for name, pattern in _FACTS.items():
        for match in pattern.finditer(digits):
            if not _follows(_LAW_REFERENCE, digits, match):
                yield _fact_typed(text[match.start() : match.end()], name, is_prose), True
    for match in _PHONE.finditer(digits):
        if not _follows(_REGISTER_NUMBER, digits, match):
            yield _PHONE_TYPED.format(text[match.start() : match.end()]), False


def _follows(pattern: re.Pattern[str], text: str, match: re.Match[str]) -> bool:
    """True when the text right before `match` ends with `pattern`."""
    return pattern.search(text[max(0, match.start() - _LOOK_BACK) : match.start()]) is not None


def _fact_typed(number: str, name: str, is_prose: bool) -> str:
    advice = (
        f"Skriv {{{name}}} i stedet: Så bliver det et link, og det står rigtigt på alle sprog."
        if is_prose
        else f"Her kan et nummer ikke blive til et link. Flyt det til en lang tekst, og skriv det som {{{name}}}."
    )
    return f"„{number}“ står med tal. {advice} Er det ikke et telefonnummer, så skriv tallet med bogstaver."
