"""Reads the PO files of translators' tools: Poedit, Weblate, OmegaT, msgmerge (docs/decisions/0025)."""

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from babel.messages import Catalog
from babel.messages.pofile import PoFileError, PoFileParser

Translations = dict[tuple[str, str], str]  # by (context, Danish text), the latter as `comparable` makes it
_CHARSET = re.compile(rb"charset=([\w.:-]+)", re.IGNORECASE)
_TEXT_CHARSET = re.compile(r"utf-?8|(us-)?ascii|iso-?8859-\d{1,2}|(windows-|cp)125\d", re.IGNORECASE)  # no other codecs
_STRING = re.compile(r'(msg\w+(?:\[\d*\])?)?\s*("(?:[^"\\]|\\.)*")')


class TranslatedFile(NamedTuple):
    """What a PO file says: the language in its header, "" without one, and its finished translations.

    `unfinished`: how many more there are that somebody must look at first (fuzzy).
    """

    language: str
    translations: Translations
    unfinished: int = 0


class InvalidPo(Exception):
    """A file that is not a whole PO file."""


class _Catalog(Catalog):
    """Reads one header, the language: translators' tools leave the others empty, or fill them in anew."""

    num_plurals = 6  # as many as any language has; a file that claims a billion of them would fill the memory
    language = ""

    def _set_mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        self.language = next((value.strip() for name, value in headers if name.lower() == "language"), "")

    mime_headers = property(lambda _: [], _set_mime_headers)


def parse_po(file: bytes) -> TranslatedFile:
    """Left out are translations that are empty, fuzzy, obsolete or in plural forms, of which our texts have none.

    Raises InvalidPo.
    """
    catalog = _Catalog()
    try:
        PoFileParser(catalog, abort_invalid=True).parse(_lines(_decoded(file)))
    except (PoFileError, LookupError, ValueError, AttributeError, OverflowError) as error:
        raise InvalidPo from error
    translated = [
        (message, message.id, message.string) for message in catalog
        if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string
    ]  # fmt: skip
    finished = {
        (message.context or "", comparable(danish)): text.replace("\r\n", "\n")
        for message, danish, text in translated
        if not message.fuzzy
    }
    return TranslatedFile(catalog.language, finished, sum(message.fuzzy for message, _, _ in translated))


def comparable(text: str) -> str:
    """`text` without the differences that tools make: line ends, and letters written as two signs."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))


def _decoded(text: bytes) -> str:
    """Raises LookupError and ValueError."""
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return text.decode("utf-16")
    named = _CHARSET.search(text)
    charset = named[1].decode("ascii") if named and named[1] != b"CHARSET" else "utf-8"
    if not _TEXT_CHARSET.fullmatch(charset):
        raise LookupError(charset)
    return text.decode("utf-8-sig" if text.startswith(codecs.BOM_UTF8) else charset)


def _lines(text: str) -> Iterator[str]:
    """The lines that say something, as Babel reads them: it stops at comments of gettext's that it does not know.

    Raises ValueError where a string does not end, as in a file that was cut.
    """
    for line in map(str.strip, text.split("\n")):
        obsolete = "#~ " if line.startswith("#~") else ""
        entry = line.removeprefix("#~").strip()
        if line.startswith("#,"):
            yield line
        elif entry and not entry.startswith(("#", "|")):
            if not (string := _STRING.fullmatch(entry)):
                raise ValueError("Not a string.")
            yield f"{obsolete}{string[1] or ''} {string[2]}".strip()
