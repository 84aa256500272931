"""Reading while staff publish: the old text or the new one, never both. Real processes on an SQLite file."""

import os
import re
import subprocess
import sys
import threading
import urllib.request

import pytest
from django.utils import timezone

from nejtilbander.publishing.models import MAX_TRIES, read_consistently
from pages.models import Initiative
from tests.support.live_server import ROOT, environment, seeded, serving
from tests.support.waiting import patience

PUBLISHINGS = int(os.environ.get("PUBLISHINGS", "80"))  # 1,000 take a minute and a half
# The page itself, and the cards with its title and summary.
READ = {"/indsatser/nye-redskaber/": 5, "/indsatser/": 2, "/": 2}
WORDS = re.compile(r"udgave (\d+)")
PUBLISH = f"""
from nejtilbander.publishing import actions, serialization, versions
from pages.models import Initiative
initiative = Initiative.objects.get(slug="nye-redskaber")
versions.ensure_first_version(initiative)
content = serialization.serialize(initiative)
content["fields"]["order"] = 0  # first on the front page too
for number in range(1, {PUBLISHINGS} + 1):
    for field in ("title_da", "summary_da", "body_da", "audience_da"):
        content["fields"][field] = f"<p>udgave {{number}}</p>" if field == "body_da" else f"udgave {{number}}"
    content["updates"][0]["title_da"] = f"udgave {{number}}"
    actions.publish(initiative, versions.save_version(initiative, content, None))
"""


@pytest.mark.process
def test_readers_get_the_old_text_or_the_new_on_every_page_while_staff_publish(tmp_path):
    seeded(tmp_path)
    settings = environment(tmp_path)
    seen, errors, done = {path: set() for path in READ}, [], threading.Event()

    def read(site):
        while not done.is_set():
            for path, times in READ.items():
                with urllib.request.urlopen(site + path, timeout=patience(2)) as answer:
                    found = WORDS.findall(answer.read().decode())
                seen[path].update(found)
                if len(set(found)) > 1 or (found and len(found) < times):
                    errors.append((path, found))

    with serving(settings, application="tests.support.uncached_rows") as site:
        readers = [threading.Thread(target=read, args=[site]) for _ in range(2)]
        for reader in readers:
            reader.start()
        try:
            subprocess.run(
                [sys.executable, "manage.py", "shell", "-c", PUBLISH], cwd=ROOT, env=settings, check=True,
                capture_output=True, timeout=patience(30),
            )  # fmt: skip
        finally:
            done.set()
            for reader in readers:
                reader.join()

    assert errors == []
    assert all(len(numbers) > 10 for numbers in seen.values()), "the readers were there while it went on"


@pytest.mark.django_db
def test_a_text_that_is_published_while_its_rows_are_read_is_read_again():
    obj, asked = Initiative.objects.get(slug="klubhuse"), []

    def rows(one):
        if not asked:
            Initiative.objects.filter(pk=one.pk).update(title_da="Udgivet imens", updated_at=timezone.now())
        asked.append(one.title_da)
        return len(asked)

    obj, found = read_consistently(obj, rows)

    assert (obj.title_da, found) == ("Udgivet imens", 2)
    assert asked[1:] == ["Udgivet imens"]


@pytest.mark.django_db
def test_a_text_that_is_published_again_and_again_is_read_some_times_and_no_more():
    obj, moments = Initiative.objects.get(slug="klubhuse"), []

    def rows(one):
        moments.append(timezone.now())
        Initiative.objects.filter(pk=one.pk).update(updated_at=moments[-1])
        return len(moments)

    assert read_consistently(obj, rows)[1] == MAX_TRIES
