"""The sentences kept ready: whole in six languages, short enough, easy to read, and nothing a check would refuse."""

import re

import pytest

from nejtilbander.i18n.languages import CODES
from nejtilbander.notices.models import Notice
from nejtilbander.notices.phrases import PHRASES
from nejtilbander.publishing.content_checks import check_content
from nejtilbander.text.prose import render_facts
from nejtilbander.text.readability import lix

MAX_LIX = 30


def test_there_are_enough_and_the_gravest_is_first():
    assert len(PHRASES) == 8
    assert next(iter(PHRASES.values())).level == Notice.Level.DANGER


@pytest.mark.parametrize("phrase", PHRASES.values(), ids=PHRASES)
def test_each_is_whole_in_six_languages_with_the_same_numbers_and_passes_every_check(phrase):
    assert list(phrase.title) == list(phrase.body) == CODES
    facts = {code: sorted(set(re.findall(r"\{\w+\}", text))) for code, text in phrase.body.items()}
    assert facts == dict.fromkeys(CODES, facts["da"])
    assert not any("{" in text for text in phrase.title.values())
    assert not any("{" in render_facts(text) for text in phrase.body.values())
    notice = Notice(level=phrase.level)
    for code in CODES:
        setattr(notice, f"title_{code}", phrase.title[code])
        setattr(notice, f"body_{code}", phrase.body[code])
        notice.clean_fields(exclude=["title", "body", "public_until"])
    assert check_content(notice) == []
    assert set(phrase.read) <= set(CODES)


@pytest.mark.parametrize("phrase", PHRASES.values(), ids=PHRASES)
def test_the_danish_is_easy_to_read(phrase):
    assert lix(f"{phrase.title['da']}.\n{re.sub(r'[{}]', '', phrase.body['da'])}") <= MAX_LIX
