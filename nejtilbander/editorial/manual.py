"""The manual of staff: docs/edit.md as HTML, and which paragraph of it is about which page of the admin."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from PIL import Image

SOURCE = settings.BASE_DIR / "docs" / "edit.md"

# A page's name without "admin:" -> the heading of docs/edit.md that is about it, as GitHub makes its address.
PAGES = {
    "index": "min-side", "overview": "find-det-der-mangler-noget", "search": "find-en-tekst", "translations": "oversæt",
    "approval": "det-der-kræver-to", "po_files": "oversættelser-som-filer",
    "nejtilbander_notice_now": "en-besked-nu", "nejtilbander_notice_changelist": "en-besked-på-alle-sider",
    "nejtilbander_notice_add": "en-besked-på-alle-sider", "nejtilbander_notice_change": "en-besked-på-alle-sider",
    "nejtilbander_picture_words": "ord-til-et-billede", "nejtilbander_redirect_changelist": "led-en-adresse-videre",
    "nejtilbander_redirect_add": "led-en-adresse-videre", "nejtilbander_redirect_change": "led-en-adresse-videre",
    "events_event_add": "lav-et-stormøde", "events_event_change": "lav-et-stormøde",
    "events_event_changelist": "lav-et-stormøde", "events_event_signups": "tilmeldinger-og-tal",
    "events_event_circular": "skriv-til-alle-tilmeldte", "events_event_list": "listen-over-deltagere",
    "events_event_groups": "grupper-fra-samme-sted", "auth_user_password_change": "brugere",
    "auth_user_factor": "brugere", "pages_statement_changelist": "hvad-der-er-hvor",
    **dict.fromkeys(
        ["mfa_index", "mfa_add_webauthn", "mfa_list_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn",
         "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"],
        "log-ind-første-gang",
    ),
    **dict.fromkeys(["end_sessions", "account_reauthenticate", "mfa_reauthenticate",
                     "mfa_reauthenticate_webauthn"], "når-du-er-logget-ind"),
}  # fmt: skip
KINDS = {  # the lists and forms of what has no drafts
    "nejtilbander_picture": "sæt-et-billede-på", "nejtilbander_document": "læg-en-pdf-på-siden",
    "nejtilbander_auditline": "roller", "auth_user": "brugere", "auth_group": "roller",
}  # fmt: skip
ACTS = {  # what is the same for everything that staff write
    "changelist": "find-en-tekst", "add": "lav-en-ny-tekst", "change": "ret-en-tekst",
    "delete": "slet-og-find-frem-igen", "deleted": "slet-og-find-frem-igen",
    "history": "hent-en-gammel-version", "version": "hent-en-gammel-version",
    "look": "se-kladden", "publish": "udgiv", "undo": "fortryd-udgivelsen", "withdraw": "træk-tilbage",
    "drop_plan": "udgiv-senere", "care": "ansvarlig-og-gennemgang", "review": "send-til-gennemsyn",
}  # fmt: skip


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    anchor: str


@dataclass(frozen=True)
class Manual:
    """`headings` are those below the title, in order; `html` is what follows the title."""

    title: str
    headings: tuple[Heading, ...]
    html: SafeString


def anchor_of(text: str) -> str:
    """A heading's address within the page, by GitHub's rule: a link works there too."""
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def heading_for(url_name: str) -> str:
    """The anchor of the paragraph about the page with this URL name; "" for a page that has none."""
    app, model, act = [*url_name.split("_", 2), "", ""][:3]  # as the admin names what belongs to a model
    return PAGES.get(url_name) or KINDS.get(f"{app}_{model}") or ACTS.get(act) or ""


def help_url(request: HttpRequest) -> str:
    """The manual, at the paragraph about the page that `request` asks for, or at its top."""
    match = request.resolver_match
    anchor = heading_for(match.url_name or "") if match else ""
    return reverse("admin:manual") + (f"#{anchor}" if anchor else "")


@cache
def read_manual(source: Path = SOURCE) -> Manual:
    """The manual in `source`, whose pictures lie beside it and are among the static files (settings)."""
    markdown = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
    tokens = markdown.parse(source.read_text())
    headings = tuple(
        _heading(token, tokens[place + 1]) for place, token in enumerate(tokens) if token.type == "heading_open"
    )
    for picture in (child for token in tokens for child in token.children or () if child.type == "image"):
        _place(picture, source.parent)
    html = markdown.renderer.render(tokens[3:], markdown.options, {})  # without the title's three tokens
    return Manual(headings[0].text, headings[1:], mark_safe(html))  # noqa: S308 - our own file, raw HTML switched off


def _heading(opening: Token, inline: Token) -> Heading:
    heading = Heading(int(opening.tag[1]), inline.content, anchor_of(inline.content))
    opening.attrSet("id", heading.anchor)
    return heading


def _place(picture: Token, folder: Path) -> None:
    """Its address among the static files, and its size: a link into the page must not move when pictures arrive."""
    name = str(picture.attrs["src"])
    with Image.open(folder / name) as image:
        width, height = image.size
    picture.attrs |= {"src": static(name), "width": width, "height": height, "loading": "lazy"}
