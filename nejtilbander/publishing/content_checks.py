"""What is wrong with a text before readers get it: rules about words alone, in every language that has any.

A bar stops the publishing, a hint does not. Every bar leaves a way out that its sentence names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import unquote

from django.db.models import URLField
from django.utils.html import escape

from nejtilbander.i18n.languages import CODES, SOURCE
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing.models import ContentModel
from nejtilbander.text import prose
from nejtilbander.text.contact_facts import FACTS
from nejtilbander.text.normalization import fold
from nejtilbander.text.readability import lix

MAX_LIX = 35  # LIX; above it a text is no longer easy
MIN_WORDS = 20  # words; LIX says nothing about fewer
UNCHECKED_FIELD = "withdrawn_reason"  # written when something is withdrawn, not on the form

# Link texts that could lead anywhere, in our six languages, and the common end of addresses.
_VAGUE = {
    fold(words)
    for words in re.split(
        r",\s+",
        """her, klik her, tryk her, se her, læs her, læs mere, læs mere her, se mere, mere, link, linket, dette link,
        here, click here, read more, see more, learn more, find out more, more, this link,
        هنا, اضغط هنا, انقر هنا, اقرأ المزيد, للمزيد, المزيد, رابط, الرابط,
        halkan, halkan guji, guji halkan, riix halkan, wax badan, akhri wax badan, sii akhri,
        burada, buraya, buraya tıklayın, buraya tıkla, tıklayın, devamını oku, devamını okuyun, devamı, bağlantı,
        اینجا, این جا, اینجا کلیک کنید, اینجا را کلیک کنید, بیشتر بخوانید, ادامه مطلب, بیشتر, لینک, پیوند""",
    )
}
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|(?:[\w-]+\.)+(?:dk|com|org|net|eu|nu|info|io|gov|int|de|se|no|uk)(?:/\S*)?",
    re.IGNORECASE,
)

# Numbers. Arabic and Persian digits are read as ours; signs that turn the direction may stand among them.
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)
_GAP = " \u00a0\u2009\u202f\u200e\u200f"
_BEFORE = rf"(?<![0-9A-Za-z§/=#])(?<!\d[.,:{_GAP}–-])"
_AFTER = (
    rf"(?![0-9A-Za-z])(?![.,:–-]\d)(?!-[^\W\d]{{4}})(?![{_GAP}]\d{{3}}(?!\d))"
    rf"(?![{_GAP}]*(?:[%‰]|(?:kr|kroner|procent|pct|meter|km)\b))"
)
_NUMBERS = {
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
_OF_A_LAW = re.compile(
    rf"(?:§|paragraf\w*|artik\w+|section|articles?|madde\w*|qodob\w*|الماد\w+|ماده)[\s\d.,]*{_AND}$", re.IGNORECASE
)
_REGISTERED = re.compile(r"\b(?:CVR|EAN)[^\d\n]{0,10}$", re.IGNORECASE)
_LOOK_BACK = 40  # characters
_PHONE_TYPED = (
    "„{}“ ligner et telefonnummer. Se efter, at det passer, og at nogen tager den. "
    "Skal det stå flere steder, så bed om at få det med på listen over kontakter."
)

_BRACES = re.compile(r"\{[^{}\n]*\}")
_UNKNOWN_NAME = (
    "Læserne vil se „{}“, som det står. Siden kender kun "
    + ", ".join(f"{{{{{name}}}}}" for name in FACTS)
    + ". Skriv et af dem præcis sådan, uden fed skrift eller link indeni, eller lad de krøllede parenteser være."
)
_NAME_IN_PLAIN = (
    "Læserne vil se „{}“, som det står, for her kan ikke stå et link. "
    "Flyt det til en lang tekst, eller skriv med ord, hvem man skal ringe til eller finde."
)

_SENTENCES = re.compile(r"(?<=[.!?:])\s+|\n")
_BLOCKS = {"p", "h2", "h3", "li", "blockquote", "br"}


@dataclass(frozen=True)
class Finding:
    """Something wrong in one text. `field` is its column; `sentence` says what, and what to do."""

    field: str
    language: str
    sentence: str
    is_error: bool


@dataclass
class _Element:
    tag: str
    href: str
    words: str = ""


class _ProseParser(HTMLParser):
    """Clean HTML as it is read: its words, one line a block, its headings and its links. Facts stay in braces."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.found: list[_Element] = []
        self._open: list[_Element] = []
        self.feed(html)
        self.close()

    @property
    def headings(self) -> list[_Element]:
        return [element for element in self.found if element.tag != "a"]

    @property
    def links(self) -> list[_Element]:
        return [element for element in self.found if element.tag == "a" and element.href]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"h2", "h3", "a"}:
            self.found.append(_Element(tag, (dict(attrs).get("href") or "").strip()))
            self._open.append(self.found[-1])
        if tag in _BLOCKS:
            self.words += "\n"

    def handle_endtag(self, tag: str) -> None:
        self._open = [element for element in self._open if element.tag != tag]
        if tag in _BLOCKS:
            self.words += "\n"

    def handle_data(self, data: str) -> None:
        self.words += data
        for element in self._open:
            element.words += data


Remarks = Iterator[tuple[str, bool]]  # a sentence, and whether it is a bar


def check_content(obj: Translated) -> list[Finding]:
    """What is wrong with `thing` itself; ask for each of its parts too. Each thing is said once."""
    found = []
    for language in CODES:
        for field, text in obj.texts(language).items():
            if field == UNCHECKED_FIELD:
                continue
            column: Any = obj._meta.get_field(field)
            name = str(column.verbose_name).capitalize()
            said = _about(obj, column, text) if _has_words(column, text) else _missing(obj, column, language)
            found += [Finding(f"{field}_{language}", language, f"{name}: {words}", bar) for words, bar in said]
    return [*dict.fromkeys(found), *_picture(obj), *_hard(obj)]


def find_links(obj: Translated) -> dict[str, str]:
    """Every address `thing` leads to, in any language, as it was written, and the first column it stands in."""
    fields = [field for field in obj._meta.concrete_fields if isinstance(field, URLField)]
    found = {address: field.name for field in fields if (address := getattr(obj, field.attname))}
    prose_fields = [field for field in obj.content_fields if _is_prose(obj._meta.get_field(field))]
    for column in (f"{field}_{language}" for language in CODES for field in prose_fields):
        for link in _ProseParser(getattr(obj, column) or "").links:
            found.setdefault(link.href, column)
    return found


class Readability(NamedTuple):
    """How hard the Danish text is to read. `words` is all of it as plain text, `field` where most of it stands."""

    lix: float
    words: str
    field: str


def measure_readability(obj: Translated) -> Readability:
    texts = {
        name: prose.to_plain_text(text) if _is_prose(obj._meta.get_field(name)) else f"{text}."
        for name, text in obj.required_texts(SOURCE).items()
        if text
    }
    words = " \n".join(texts.values())
    return Readability(
        lix(words), words, max(texts, key=lambda name: _count(texts[name]), default=obj.content_fields[0])
    )


def longest_sentences(text: str, number: int = 3) -> list[str]:
    """The longest sentences of a plain text, longest first. A line end closes a sentence, as in LIX."""
    sentences = [sentence.strip() for sentence in _SENTENCES.split(text) if _count(sentence)]
    return sorted(sentences, key=_count, reverse=True)[:number]


def _is_prose(column: Any) -> bool:
    return isinstance(column, prose.ProseField)


def _has_words(column: Any, text: str) -> bool:
    return bool((_ProseParser(text).words if _is_prose(column) else text).strip())


def _count(text: str) -> int:
    return len(re.findall(r"\w+", text))


def _missing(obj: Translated, column: Any, language: str) -> Remarks:
    if language == SOURCE and not column.blank and column.name not in obj.NOTES:
        yield "Der mangler en tekst på dansk. Skriv den, før du udgiver.", True


def _about(obj: Translated, column: Any, text: str) -> Remarks:
    if column.name in obj.fact_fields:
        yield from _numbers(text, is_prose=True)
        yield from _unknown_names(escape(text))
        return
    if not _is_prose(column):
        yield from _numbers(text, is_prose=False)
        yield from _names_in_plain(text)
        return
    read = _ProseParser(text)
    yield from _headings(read.headings)
    for link in read.links:
        yield from _link(link)
    yield from _numbers(read.words, is_prose=True)
    yield from _unknown_names(text)


def _headings(headings: list[_Element]) -> Remarks:
    if any(not heading.words.strip() for heading in headings):
        yield "En overskrift er tom. Skriv noget i den, eller slet den.", True
    if headings and headings[0].tag != "h2":
        first = headings[0].words.strip()
        yield f"Den første overskrift („{first}“) er en lille overskrift. Gør den stor: overskrift 2.", True


def _link(link: _Element) -> Remarks:
    shown = link.words.strip()
    if _BRACES.search(unquote(link.href)):
        yield f"Linket „{shown}“ fører til {unquote(link.href)}, og det findes ikke. Vælg en rigtig adresse.", True
    bare = _EDGES.sub("", fold(shown.replace("\u200c", "")))  # Persian writes "here" with and without the joiner
    if not bare:
        yield f"Linket til {link.href} har ingen ord. Skriv, hvor det fører hen.", True
    elif bare in _VAGUE:
        yield f"Linket „{shown}“ siger ikke, hvor det fører hen. Skriv det med ord fra den side, det fører til.", True
    elif _ADDRESS.fullmatch(shown):
        yield f"Linket „{shown}“ er en adresse. Skriv med ord, hvor det fører hen.", True


def _numbers(text: str, *, is_prose: bool) -> Remarks:
    digits = text.translate(_DIGITS)  # sign for sign, so that places in it are places in `text`
    for name, pattern in _NUMBERS.items():
        for match in pattern.finditer(digits):
            if not _OF_A_LAW.search(digits[max(0, match.start() - _LOOK_BACK) : match.start()]):
                yield _fact_typed(text[match.start() : match.end()], name, is_prose), True
    for match in _PHONE.finditer(digits):
        if not _REGISTERED.search(digits[max(0, match.start() - _LOOK_BACK) : match.start()]):
            yield _PHONE_TYPED.format(text[match.start() : match.end()]), False


def _fact_typed(number: str, name: str, is_prose: bool) -> str:
    advice = (
        f"Skriv {{{name}}} i stedet: Så bliver det et link, og det står rigtigt på alle sprog."
        if is_prose
        else f"Her kan et nummer ikke blive til et link. Flyt det til en lang tekst, og skriv det som {{{name}}}."
    )
    return f"„{number}“ står med tal. {advice} Er det ikke et telefonnummer, så skriv tallet med bogstaver."


def _unknown_names(html: str) -> Remarks:
    """What still stands in braces when readers get it: a name nobody knows, or one with a tag inside."""
    for shown in _BRACES.findall(_ProseParser(prose.render_facts(html)).words):
        yield _UNKNOWN_NAME.format(shown), True


def _names_in_plain(text: str) -> Remarks:
    for shown in _BRACES.findall(text):
        if shown[1:-1].strip().lower() in FACTS:
            yield _NAME_IN_PLAIN.format(shown), True


def _picture(obj: Translated) -> list[Finding]:
    """Those who cannot see a picture must be told what it shows (WCAG 2.2, 1.1.1)."""
    if not (isinstance(obj, ContentModel) and obj.lacks_alt):
        return []
    sentence = "Billedet mangler ord. Skriv, hvad det viser, eller sæt mærket „pynt“."
    return [Finding(f"picture_alt_{SOURCE}", SOURCE, sentence, is_error=True)]


def _hard(obj: Translated) -> list[Finding]:
    """About the whole Danish text, so that the number is the one staff see on the admin's front page."""
    measured = measure_readability(obj)
    if measured.lix <= MAX_LIX or _count(measured.words) < MIN_WORDS:
        return []
    quoted = " ".join(f"„{sentence}“" for sentence in longest_sentences(measured.words))
    number = f"{measured.lix:.1f}".replace(".", ",")
    sentence = (
        f"Den danske tekst er svær at læse. LIX er {number} og bør højst være {MAX_LIX}. "
        f"Brug kortere ord, og del de længste sætninger: {quoted}"
    )
    return [Finding(f"{measured.field}_{SOURCE}", SOURCE, sentence, is_error=False)]
