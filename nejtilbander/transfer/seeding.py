"""Writing the first texts of a new site, once and never again."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from nejtilbander.i18n.languages import CODES, SOURCE, TranslationState
from nejtilbander.i18n.models import Translated
from nejtilbander.transfer.models import Seeded

Texts = dict[str, dict[str, Any]]


def load_texts(folder: Path) -> Texts:
    """The content files in `folder`, by language code. A language without a file has no texts."""
    files = {language: folder / f"{language}.toml" for language in CODES}
    return {language: tomllib.loads(file.read_text("utf-8")) for language, file in files.items() if file.exists()}


def seed_once(key: str, rows: QuerySet[Any], write: Callable[[], object]) -> int:
    """Call `write` if `key` was never seeded and staff have not written `rows` themselves.

    Returns 1 when it wrote, 0 when it left things alone.
    """
    with transaction.atomic():
        _, is_new = Seeded.objects.get_or_create(key=key)
        if not is_new or rows.exists():
            return 0
        write()
    return 1


def fill_texts(obj: Translated, texts: Texts, *path: str) -> None:
    """Put the texts found under `path` in every language's file into `thing`, and save it.

    A translation is recorded as machine-made and unread: only a speaker can say otherwise, in the admin.
    """
    for language, content in texts.items():
        found: Any = content
        for step in path:
            found = found.get(step, {})
        for field in obj.content_fields:
            if field in found:
                setattr(obj, f"{field}_{language}", found[field].strip())
    obj.save()
    for language in CODES:
        if language != SOURCE and obj.language_state(language) != TranslationState.MISSING:
            obj.mark_translated(language, read=False, machine=True)
    obj.save()
