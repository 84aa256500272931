"""Seeding: writes the first content of a new site, once."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from nejtilbander.i18n.languages import CODES, SOURCE, TranslationState
from nejtilbander.i18n.models import Translated
from nejtilbander.transfer.models import Seeded

Texts = dict[str, dict[str, Any]]  # the parsed TOML, by language code


def load_texts(folder: Path) -> Texts:
    """The TOML files of `folder`, by language code. A language without a file is left out."""
    files = {language: folder / f"{language}.toml" for language in CODES}
    return {language: tomllib.loads(file.read_text("utf-8")) for language, file in files.items() if file.exists()}


def seed_once(key: str, rows: QuerySet[Model], write: Callable[[], object]) -> int:
    """Calls `write` if `key` was never seeded and staff have not written `rows` themselves. Returns 1 then, else 0."""
    with transaction.atomic():
        _, is_new = Seeded.objects.get_or_create(key=key)
        if not is_new or rows.exists():
            return 0
        write()
    return 1


def fill_texts(obj: Translated, texts: Texts, *path: str) -> None:
    """Sets the content fields of `obj` to the texts under the keys `path` in every language, and saves it.

    Translations are marked as made by a machine and unread: only a speaker can change that, in the admin.
    """
    for language, language_texts in texts.items():
        content: Any = language_texts
        for key in path:
            content = content.get(key, {})
        for field in obj.content_fields:
            if field in content:
                setattr(obj, f"{field}_{language}", content[field].strip())
    obj.save()
    for language in CODES:
        if language != SOURCE and obj.language_state(language) != TranslationState.MISSING:
            obj.mark_translated(language, read=False, machine=True)
    obj.save()
