"""Danish names in texts of other languages, such as "the City Hall (Rådhuset)": marked, so that they are read right."""

import re
from collections.abc import Iterator

NAMES = (
    "Rådhuset", "Offerrådgivningen", "BørneTelefonen", "Kriminalforsorgen", "Fyns Politi", "Rådmand",
    "Økonomiudvalget", "Datatilsynet", "Bandepakke III", "Odense Kommune", "stormøde", "Stormøde",
    "teleslynge",
)  # fmt: skip
_DANISH = ' lang="da"'
_TEXT_ONLY = ("<script", "<style", "<textarea", "<option")  # elements that hold no other elements


def mark_danish_names(html: str) -> str:
    """The page `html`, each name in its body inside <bdi lang="da">.

    Not in tags, nor in elements that are Danish already or hold no other elements.
    """
    body = max(html.find("<body"), 0)
    found = sorted(span for name in NAMES for span in _occurrences(html, name, body))
    danish = list(_danish_elements(html, body)) if found else []
    pieces, copied = [], 0
    for start, end in found:
        tag = html.rfind("<", body, start)
        is_text = html.find(">", tag, start) > 0 and not html.startswith(_TEXT_ONLY, tag)
        if is_text and not any(first < start < last for first, last in danish):
            pieces += [html[copied:start], f'<bdi lang="da">{html[start:end]}</bdi>']
            copied = end
    return "".join(pieces) + html[copied:]


def _occurrences(html: str, name: str, start: int) -> Iterator[tuple[int, int]]:
    """Where in `html`, from `start` on, the whole word or words `name` stand. A search by `find` is the quickest."""
    while (start := html.find(name, start)) >= 0:
        end = start + len(name)
        if not html[start - 1 : start].isalnum() and not html[end : end + 1].isalnum():
            yield start, end
        start = end


def _danish_elements(html: str, start: int) -> Iterator[tuple[int, int]]:
    """Where in `html`, from `start` on, the outermost elements in Danish begin and end."""
    while (at := html.find(_DANISH, start)) >= 0:
        first = html.rfind("<", start, at)
        start = _end_of_element(html, first)
        yield first, start


def _end_of_element(html: str, start: int) -> int:
    """Where the element that begins at `start` ends; the end of `html` when it is never closed."""
    tag = re.compile(r"<(\w+)").match(html, start)
    depth = 0
    for found in re.compile(rf"<(/?){tag[1]}\b").finditer(html, start) if tag else ():
        depth += -1 if found[1] else 1
        if not depth:
            return found.end()
    return len(html)
