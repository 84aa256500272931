"""What changed between two versions of a text, for citizens and for staff: words in, words out."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db.models import DateTimeField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from nejtilbander.languages import CODES, SOURCE, Translated
from nejtilbander.prose import ProseField, plain


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


@dataclass(frozen=True)
class Change:
    """What is new in one field, as HTML with <ins> and <del>. `language` is "" for what has no language."""

    label: str
    language: str
    words: SafeString


def between(model: Any, old: dict[str, Any] | None, new: dict[str, Any]) -> list[Change]:
    """What changed from one version's content to another's, by language and then as the fields stand. For staff."""
    changes = _rows(model, old["fields"] if old else {}, new["fields"], "")
    for name in model.part_names:
        part = model._meta.get_field(name).related_model
        before = {entry["id"]: entry for entry in (old or {}).get(name, [])}
        for entry in new.get(name, []):
            changes += _rows(part, before.pop(entry["id"], {}), entry, f"{part._meta.verbose_name}: ")
        for entry in before.values():
            changes += _rows(part, entry, {}, f"{part._meta.verbose_name}, taget væk: ")
    return sorted(changes, key=lambda change: CODES.index(change.language) if change.language else -1)


def _rows(model: Any, old: dict[str, Any], new: dict[str, Any], before: str) -> list[Change]:
    changes = []
    for field in model._meta.concrete_fields:
        name = field.attname
        if name == "translations" or (name not in old and name not in new) or name == model._meta.pk.attname:
            continue
        was, now = _shown(field, old.get(name)), _shown(field, new.get(name))
        if was != now:
            label = f"{before}{getattr(field, 'translated_field', field).verbose_name}"
            changes.append(Change(label, getattr(field, "language", ""), difference(was, now)))
    return changes


def _shown(field: Any, value: Any) -> str:
    """A stored value in words."""
    if value in {None, ""} if not isinstance(value, list | dict) else False:
        return ""
    if isinstance(getattr(field, "translated_field", field), ProseField):
        return plain(str(value))
    if isinstance(field, DateTimeField):
        moment = field.to_python(value)
        return f"{localtime(moment):%d.%m.%Y %H:%M}"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
