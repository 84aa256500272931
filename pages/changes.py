"""What changed between two versions of a text, for citizens: words in, words out."""

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def _tokens(text: str) -> list[str]:
    return re.findall(r"\S+\s*", text)


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
