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

_STATIC = Path(settings.BASE_DIR) / "static"


def minify_css(css: str) -> str:
    """`css` without comments and needless space. Spaces inside selectors and calc() stay."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r" ?([{};,]) ?|(?<=[a-z-]:) ", lambda match: match[1] or "", css).replace(";}", "}").strip()


def csp_hash(text: str) -> str:
    """The source expression that allows exactly `text` (CSP level 3, section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


# By name. "site" is in every page but a poster, then what its kind of page needs: see base.html and its children.
STYLES = {
    name: mark_safe(minify_css((_STATIC / "css" / f"{name}.css").read_text()))  # noqa: S308 - our own files
    for name in ("site", "components", "content", "guide", "form", "poster")
}
QUICK_EXIT, CHALLENGE = (
    mark_safe(" ".join((_STATIC / "js" / file).read_text().split()))  # noqa: S308 - our own files
    for file in ("quick-exit.js", "challenge.js")
)
FAVICON = (_STATIC / "img" / "favicon.svg").read_text()
SERVER_ERROR_PAGE = (_STATIC / "500.html").read_text()
STYLE_HASHES = [csp_hash(style) for style in STYLES.values()]
QUICK_EXIT_HASH, CHALLENGE_HASH = csp_hash(QUICK_EXIT), csp_hash(CHALLENGE)
SERVER_ERROR_STYLE_HASH = csp_hash(SERVER_ERROR_PAGE.split("<style>")[1].split("</style>")[0])
