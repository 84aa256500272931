"""What of notices stands on a page, for readers and in a preview."""

import re
from datetime import timedelta

from django.utils import timezone

from nejtilbander.caching import memory
from nejtilbander.notices.models import Notice
from tests.support.admin import admin_address, plan
from tests.support.reader import Reader

PLAIN = {"accept-encoding": ""}


def html_of(reader, address):
    return reader.get(address, headers=PLAIN).content.decode()


def notices_on(reader, address="/"):
    """(level, words) of each notice, in order."""
    found = re.findall(r'<p class="notice notice-(\w+)">(.*?)</p>', html_of(reader, address), re.DOTALL)
    return [(level, " ".join(re.sub(r"<[^>]+>", "", words).split())) for level, words in found]


BASE = "/admin/nejtilbander/notice/"
DAY = timedelta(days=1)


def seen_by_readers(address="/"):
    memory.clear()  # the second passes
    return notices_on(Reader(), address)


def a_draft(title="Kladden", **fields):
    return Notice.objects.create(title_da=title, level=Notice.Level.WARNING, **fields)


def publish_until(staff, notice, until=DAY, **moments):
    answer = plan(staff, notice, until=timezone.now() + until, **moments)
    assert answer.status_code == 302, answer.context["form"].errors
    notice.refresh_from_db()


def previewed(staff, notice, language="da"):
    """What stands on top of the preview, as (level, words)."""
    shown_to_staff = staff.get(admin_address(notice, f"se/{language}/side"), headers=PLAIN).content.decode()
    found = re.findall(r'<p class="notice notice-(\w+)">(.*?)</p>', shown_to_staff, re.DOTALL)
    return [(level, " ".join(re.sub(r"<[^>]+>", "", words).split())) for level, words in found]
