"""Checks of the texts before publication, in every language: words, headings, links, numbers, {facts}, readability.

An error stops the publication, a warning does not. The sentence of every error names a way to solve it.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import unquote

from django.db.models import Field, URLField

from nejtilbander.i18n.languages import CODES, SOURCE
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing.fact_checks import UNKNOWN_NAME, Remarks, check_fact_text, check_facts_in_plain_text
from nejtilbander.publishing.models import ContentModel
from nejtilbander.publishing.number_checks import check_numbers
from nejtilbander.text import prose
from nejtilbander.text.contact_facts import BRACES
from nejtilbander.text.normalization import fold
from nejtilbander.text.readability import lix

MAX_LIX = 35  # a text with a higher LIX is no longer easy to read
MIN_WORDS = 20  # LIX is not meaningful for fewer
UNCHECKED_FIELD = "withdrawn_reason"  # written on withdrawal, whose form has `validate_facts`

# Link texts that do not say where they lead, in the six languages.
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
_EDGE_PUNCTUATION = re.compile(r"^[\W_]+|[\W_]+$")
_ADDRESS = re.compile(  # a link text that is a bare address
    r"(?:https?://|www\.)\S+|(?:[\w-]+\.)+(?:dk|com|org|net|eu|nu|info|io|gov|int|de|se|no|uk)(?:/\S*)?",
    re.IGNORECASE,
)

_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n")
_BLOCKS = {"p", "h2", "h3", "li", "blockquote", "br"}


@dataclass(frozen=True)
class Finding:
    """A problem in one text. `field` is its column; `sentence` (Danish) says what is wrong and what to do."""

    field: str
    language: str
    sentence: str
    is_error: bool


@dataclass
class _Element:
    tag: str
    href: str
    pieces: list[str]

    @property
    def words(self) -> str:
        return "".join(self.pieces)


class _ProseParser(HTMLParser):
    """Sanitised HTML as plain words (one line a block), headings and links. Facts stay in braces.

    Of headings or links inside each other the innermost one has the words: each word is kept three times at most.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self._pieces: list[str] = []
        self._elements: list[_Element] = []
        self._open: dict[str, _Element] = {}  # by tag
        self.feed(html)
        self.close()

    @property
    def words(self) -> str:
        return "".join(self._pieces)

    @property
    def headings(self) -> list[_Element]:
        return [element for element in self._elements if element.tag != "a"]

    @property
    def links(self) -> list[_Element]:
        return [element for element in self._elements if element.tag == "a" and element.href]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"h2", "h3", "a"}:
            self._elements.append(_Element(tag, (dict(attrs).get("href") or "").strip(), []))
            self._open[tag] = self._elements[-1]
        if tag in _BLOCKS:
            self._pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._open.pop(tag, None)
        if tag in _BLOCKS:
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self._pieces.append(data)
        for element in self._open.values():
            element.pieces.append(data)


def check_content(obj: Translated) -> list[Finding]:
    """The problems in the texts of `obj` itself, without its parts. The same problem in one text is reported once."""
    fields = {field.name: field for field in obj._meta.concrete_fields}
    findings = []
    for language in CODES:
        for name, text in obj.texts(language).items():
            if name == UNCHECKED_FIELD:
                continue
            field = fields[name]
            label = str(field.verbose_name).capitalize()
            remarks = _check_text(obj, field, text) if _has_words(field, text) else _check_missing(obj, field, language)
            findings += [
                Finding(f"{name}_{language}", language, f"{label}: {words}", is_error) for words, is_error in remarks
            ]
    return [*dict.fromkeys(findings), *_check_picture(obj), *_check_readability(obj)]


def find_links(obj: Translated) -> dict[str, str]:
    """The addresses that `obj` links to in any language, as written, each with the first column it stands in."""
    url_fields = [field for field in obj._meta.concrete_fields if isinstance(field, URLField)]
    links = {address: field.name for field in url_fields if (address := getattr(obj, field.attname))}
    prose_fields = [name for name in obj.content_fields if _is_prose(obj._meta.get_field(name))]
    for column in (f"{name}_{language}" for language in CODES for name in prose_fields):
        for link in _ProseParser(getattr(obj, column) or "").links:
            links.setdefault(link.href, column)
    return links


class TextLink(NamedTuple):
    """A link as written: its address, its words ("" in a field of addresses), and the column it stands in."""

    href: str
    words: str
    field: Field
    language: str


def links_by_column(obj: Translated) -> list[TextLink]:
    """Every link of `obj`, in every language."""
    links = []
    for field in obj._meta.concrete_fields:
        source = getattr(field, "translated_field", None)
        text = getattr(obj, field.attname, "") or ""
        if isinstance(field, URLField) and text:
            links.append(TextLink(text, "", field, SOURCE))
        elif source is not None and _is_prose(source) and source.name in obj.content_fields:
            language = str(getattr(field, "language", SOURCE))
            found = _ProseParser(text).links
            links += [TextLink(link.href, " ".join(link.words.split()), field, language) for link in found]
    return links


class Readability(NamedTuple):
    """The LIX of all the Danish text. `words` is that text without HTML, `field` the field with most of it."""

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
    longest = max(texts, key=lambda name: _word_count(texts[name]), default=obj.content_fields[0])
    return Readability(lix(words), words, longest)


def is_hard_to_read(measured: Readability) -> bool:
    return measured.lix > MAX_LIX and _word_count(measured.words) >= MIN_WORDS


def longest_sentences(text: str, number: int = 3) -> list[str]:
    """The `number` longest sentences of a plain text, longest first. A line break ends a sentence, as in LIX."""
    sentences = [sentence.strip() for sentence in _SENTENCE_END.split(text) if _word_count(sentence)]
    return sorted(sentences, key=_word_count, reverse=True)[:number]


def _is_prose(field: object) -> bool:
    return isinstance(field, prose.ProseField)


def _has_words(field: Field, text: str) -> bool:
    return bool((_ProseParser(text).words if _is_prose(field) else text).strip())


def _word_count(text: str) -> int:
    return len(re.findall(r"\w+", text))


def _check_missing(obj: Translated, field: Field, language: str) -> Remarks:
    if language == SOURCE and not field.blank and field.name not in obj.NOTES:
        yield "Der mangler en tekst på dansk. Skriv den, før du udgiver.", True


def _check_text(obj: Translated, field: Field, text: str) -> Remarks:
    if field.name in obj.fact_fields:
        yield from check_fact_text(text)
    elif _is_prose(field):
        parsed = _ProseParser(text)
        yield from _check_headings(parsed.headings)
        for link in parsed.links:
            yield from _check_link(link)
        yield from check_numbers(parsed.words, is_prose=True)
        yield from _check_braces(text)
    else:
        yield from check_numbers(text, is_prose=False)
        yield from check_facts_in_plain_text(text)


def _check_headings(headings: list[_Element]) -> Remarks:
    if any(not heading.words.strip() for heading in headings):
        yield "En overskrift er tom. Skriv noget i den, eller slet den.", True
    if headings and headings[0].tag != "h2":
        first = headings[0].words.strip()
        yield f"Den første overskrift („{first}“) er en lille overskrift. Gør den stor: overskrift 2.", True


def _check_link(link: _Element) -> Remarks:
    shown = link.words.strip()
    if BRACES.search(unquote(link.href)):
        yield f"Linket „{shown}“ fører til {unquote(link.href)}, og det findes ikke. Vælg en rigtig adresse.", True
    words = fold(shown)
    words = _EDGE_PUNCTUATION.sub("", words)
    if not words:
        yield f"Linket til {link.href} har ingen ord. Skriv, hvor det fører hen.", True
    elif words in _VAGUE:
        yield f"Linket „{shown}“ siger ikke, hvor det fører hen. Skriv det med ord fra den side, det fører til.", True
    elif _ADDRESS.fullmatch(shown):
        yield f"Linket „{shown}“ er en adresse. Skriv med ord, hvor det fører hen.", True


def _check_braces(html: str) -> Remarks:
    """Braces that readers would see: around a name that is no fact, or with a tag inside."""
    for shown in BRACES.findall(_ProseParser(prose.render_facts(html)).words):
        yield UNKNOWN_NAME.format(shown), True


def _check_picture(obj: Translated) -> list[Finding]:
    """A picture that is not decorative needs a text alternative (WCAG 2.2, 1.1.1)."""
    if not (isinstance(obj, ContentModel) and obj.lacks_alt):
        return []
    sentence = "Billedet mangler ord. Skriv, hvad det viser, eller sæt mærket „Billedet er kun pynt“."
    return [Finding(f"picture_alt_{SOURCE}", SOURCE, sentence, is_error=True)]


def _check_readability(obj: Translated) -> list[Finding]:
    """Measures the whole Danish text, so that the number is the one in the admin's overview."""
    measured = measure_readability(obj)
    if not is_hard_to_read(measured):
        return []
    quoted = " ".join(f"„{sentence}“" for sentence in longest_sentences(measured.words))
    number = f"{measured.lix:.1f}".replace(".", ",")
    sentence = (
        f"Den danske tekst er svær at læse. LIX er {number} og bør højst være {MAX_LIX}. "
        f"Brug kortere ord, og del de længste sætninger: {quoted}"
    )
    return [Finding(f"{measured.field}_{SOURCE}", SOURCE, sentence, is_error=False)]
