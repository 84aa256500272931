"""A notice written and published in one step. It is a notice like any other: a version, the checks, an end."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from nejtilbander.i18n.languages import CODES, SOURCE, TranslationState
from nejtilbander.notices.models import Notice
from nejtilbander.notices.phrases import PHRASES
from nejtilbander.publishing import actions, content_checks, serialization, versions


class Words(NamedTuple):
    """What a notice says in one language."""

    title: str
    body: str


Texts = Mapping[str, Words]  # by language; all six, some of them empty


class NoticeRefused(Exception):
    """The checks of the text found errors, none of which may be published."""

    def __init__(self, findings: list[content_checks.Finding]) -> None:
        super().__init__("The text has errors.")
        self.findings = findings


def missing_languages(texts: Texts) -> list[str]:
    """The languages whose readers would get Danish words."""
    danish = texts[SOURCE]
    return [code for code in CODES if any(own == "" and there for own, there in zip(texts[code], danish, strict=True))]


def write_notice(
    key: str, level: Notice.Level, texts: Texts, by: User, *, until: datetime | None
) -> tuple[Notice, bool]:
    """Creates the notice with the slug `key` and publishes it until `until`; None leaves it a draft.

    Returns it and True, or what the same key has made before and False: a form sent twice makes one notice.
    Raises NoticeRefused and PublicationRefused; then nothing is saved.
    """
    notice = Notice(slug=key, level=level)
    for code, words in texts.items():
        setattr(notice, f"title_{code}", words.title)
        setattr(notice, f"body_{code}", words.body)
    notice.tidy()
    _mark_translations(notice, texts)
    if errors := [finding for finding in content_checks.check_content(notice) if finding.is_error]:
        raise NoticeRefused(errors)
    with transaction.atomic():
        try:
            with transaction.atomic():
                notice.save(force_insert=True)
        except IntegrityError:
            return Notice.objects.get(slug=key), False
        version = versions.save_version(notice, serialization.serialize(notice), by, "Ny besked nu")
        if until and version:
            actions.publish(notice, version, until=until)
    return notice, True


def _mark_translations(notice: Notice, texts: Texts) -> None:
    """Words of a phrase are a machine's until a speaker has read them; all others somebody has written."""
    for code in CODES[1:]:
        if notice.language_state(code) == TranslationState.MISSING:
            continue
        phrase = next((one for one in PHRASES.values() if (one.title[code], one.body[code]) == texts[code]), None)
        notice.mark_translated(code, read=phrase is not None and code in phrase.read, machine=phrase is not None)
