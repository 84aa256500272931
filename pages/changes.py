"""What changed between two versions of a text, for citizens: words in, words out."""

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from nejtilbander.languages import SOURCE, Translated
from nejtilbander.prose import plain


def _tokens(text: str) -> list[str]:
    return re.findall(r"\S+\s*", text)


def compared(before: Translated, after: Translated, language: str) -> tuple[SafeString, str]:
    """What changed in the body between two versions, and the language it is shown in.

    Never across languages: Danish unless both versions have the reader's.
    """
    texts = [version.texts(language)["body"] for version in (before, after)]
    if not all(texts):
        language, texts = SOURCE, [version.texts(SOURCE)["body"] for version in (before, after)]
    return difference(plain(texts[0]), plain(texts[1])), language


def difference(old: str, new: str) -> SafeString:
    """`new` as HTML with what was added inside <ins> and what was taken away inside <del>. Both are plain text."""
    before, after = _tokens(old), _tokens(new)
    pieces: list[tuple[str, str]] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("", "".join(after[k:m])))
            continue
        pieces += [("del", "".join(before[i:j]))] if j > i else []
        pieces += [("ins", "".join(after[k:m]))] if m > k else []
    return format_html_join("", "{}", ((_wrapped(tag, text),) for tag, text in pieces))


def _wrapped(tag: str, text: str) -> SafeString | str:
    return {
        "del": format_html("<del>{}</del> ", text.rstrip()),
        "ins": format_html("<ins>{}</ins> ", text.rstrip()),
    }.get(tag, text)
