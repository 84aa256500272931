"""What Gmail makes of an HTML letter, by the rules it publishes ("CSS support") and is known for.

The elements html, head and body are taken away with what they say, and so are ids, classes, scripts, and every
declaration of a style that is not in its list. What is left stands in a page of Gmail's own.
"""

import html
from html.parser import HTMLParser

DROPPED_WITH_CONTENT = {"head", "script", "style", "title", "iframe", "object", "form", "svg"}
DROPPED = {"html", "body", "meta", "link", "base"}
ATTRIBUTES = {"href", "src", "alt", "title", "lang", "dir", "style", "width", "height", "align"}
PROPERTIES = {
    "background", "background-color", "border", "border-radius", "border-color", "border-style", "border-width",
    "color", "direction", "display", "font", "font-family", "font-size", "font-style", "font-weight", "height",
    "letter-spacing",
    "line-height", "list-style", "margin", "margin-bottom", "margin-left", "margin-right", "margin-top", "max-width",
    "min-width", "opacity", "overflow", "padding", "padding-bottom", "padding-left", "padding-right", "padding-top",
    "table-layout", "text-align", "text-decoration", "text-indent", "text-transform", "vertical-align", "white-space",
    "width",
}  # fmt: skip
VOID = {"br", "img", "hr", "meta", "link", "base"}


class _Gmail(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.kept: list[str] = []
        self.inside: list[str] = []  # the elements open now that are dropped with their content

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DROPPED_WITH_CONTENT:
            self.inside.append(tag)
        elif not self.inside and tag not in DROPPED:
            shown = "".join(
                f' {name}="{html.escape(_kept(name, value or ""))}"' for name, value in attrs if _stays(name)
            )
            self.kept.append(f"<{tag}{shown}>")

    def handle_endtag(self, tag: str) -> None:
        if self.inside and tag == self.inside[-1]:
            self.inside.pop()
        elif not self.inside and tag not in DROPPED | VOID:
            self.kept.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.kept.append(html.escape(data))


def _stays(name: str) -> bool:
    return name in ATTRIBUTES


def _kept(name: str, value: str) -> str:
    if name != "style":
        return value
    declarations = (declaration.strip() for declaration in value.split(";"))
    return ";".join(one for one in declarations if one.partition(":")[0].strip() in PROPERTIES and "url(" not in one)


def sanitised(letter: str) -> str:
    """The HTML of `letter` that is left."""
    parser = _Gmail()
    parser.feed(letter)
    parser.close()
    return "".join(parser.kept)


def shown(letter: str, *, dark: bool = False) -> str:
    """A page in English around what is left of `letter`, as a mail program shows it."""
    colours = "background:#1f1f1f;color:#e8eaed" if dark else "background:#ffffff;color:#202124"
    return (
        f'<!DOCTYPE html><html lang="en" dir="ltr"><head><title>Mail</title></head><body style="margin:0;{colours}">'
        f'<main><h1 style="font:14px sans-serif">Inbox</h1>{sanitised(letter)}</main></body></html>'
    )
