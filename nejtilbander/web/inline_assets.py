"""Inline assets: the stylesheets and scripts that pages contain, with their Content-Security-Policy hashes.

They are constant texts, so one hash each in the policy covers every page and language, and a page needs no second
request (docs/decisions/0002).
"""

import base64
import hashlib
import re
from pathlib import Path

from django.conf import settings
from django.utils.safestring import mark_safe

_STATIC, _TEMPLATES = (Path(settings.BASE_DIR) / folder for folder in ("static", "templates"))
_CLASS = re.compile(r"\.(-?[a-z][\w-]*)")
_BRACKETS = r"\((?:[^()]|\([^()]*\))*\)"  # of :is(), with brackets in brackets
_SELECTOR = re.compile(rf"(?:[^,()]|{_BRACKETS})+")
_FUNCTION = re.compile(rf":[\w-]+{_BRACKETS}")


def minify_css(css: str) -> str:
    """`css` without comments and needless space. Spaces inside selectors and calc() stay."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r" ?([{};,]) ?|(?<=[a-z-]:) ", lambda match: match[1] or "", css).replace(";}", "}").strip()


def csp_hash(text: str) -> str:
    """The source expression that allows exactly `text` (CSP level 3, section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def class_names(*patterns: str) -> set[str]:
    """The class names in the templates that match `patterns`. One that ends with "-" is the beginning of others."""
    html = "".join(file.read_text() for pattern in patterns for file in sorted(_TEMPLATES.glob(pattern)))
    names = {name for value in re.findall(r'class="([^"]*)"', html) for name in re.split(r"\s+|\{.*?\}+", value)}
    return names | set(re.findall(r'{% fact "[^"]+" "([^"]+)"', html))


def keep_classes(css: str, names: set[str]) -> str:
    """Minified `css` without the selectors that ask for a class that is not in `names`, outside :is() and the like."""
    beginnings = tuple(name for name in names if name.endswith("-"))

    def can_match(selector: str) -> bool:
        asked = _CLASS.findall(_FUNCTION.sub("", selector))
        return all(name in names or name.startswith(beginnings) for name in asked)

    def kept(rule: re.Match[str]) -> str:
        selectors = ",".join(filter(can_match, _SELECTOR.findall(rule[1])))
        return f"{selectors}{{{rule[2]}}}" if selectors else ""

    return re.sub(r"@media[^{}]+\{\}", "", re.sub(r"([^{}]+)\{([^{}]*)\}", kept, css))


# By name: "site" is in every page but posters and the guide, "form" after it in the pages with a form.
STYLES = {
    name: mark_safe(minify_css((_STATIC / "css" / f"{name}.css").read_text()))  # noqa: S308 - our own files
    for name in ("site", "guide", "form", "poster")
}
# The guide has the most words, so it carries only what it uses of the common sheet: 1,000 bytes less on the wire.
GUIDE_TEMPLATES = [
    "base.html",
    "pages/guide*.html",
    *(f"includes/{part}*" for part in ("header", "footer", "notices", "lang")),
]
STYLES["guide"] = mark_safe(  # noqa: S308 - our own files
    keep_classes(STYLES["site"], class_names(*GUIDE_TEMPLATES)) + STYLES["guide"]
)
QUICK_EXIT, CHALLENGE = (
    mark_safe(" ".join((_STATIC / "js" / file).read_text().split()))  # noqa: S308 - our own files
    for file in ("quick-exit.js", "challenge.js")
)
FAVICON = (_STATIC / "img" / "favicon.svg").read_text()
SERVER_ERROR_PAGE = (_STATIC / "500.html").read_text()
STYLE_HASHES = [csp_hash(style) for style in STYLES.values()]
QUICK_EXIT_HASH, CHALLENGE_HASH = csp_hash(QUICK_EXIT), csp_hash(CHALLENGE)
SERVER_ERROR_STYLE_HASH = csp_hash(SERVER_ERROR_PAGE.split("<style>")[1].split("</style>")[0])
