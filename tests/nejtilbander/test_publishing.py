"""Readers while staff publish: the old text or the new one, never both. Real processes on a real file."""

import re
import subprocess
import sys
import threading
import urllib.request

import pytest

from tests.live import ROOT, environment, seeded, serving

PUBLISHINGS = 40
WORDS = re.compile(r"udgave (\d+)")
PUBLISH = f"""
from nejtilbander import versions
from pages.models import Initiative
thing = Initiative.objects.get(slug="nye-redskaber")
versions.begin(thing)
content = versions.content_of(thing)
for number in range(1, {PUBLISHINGS} + 1):
    for field in ("title_da", "summary_da", "body_da", "audience_da"):
        content["fields"][field] = f"<p>udgave {{number}}</p>" if field == "body_da" else f"udgave {{number}}"
    content["updates"][0]["title_da"] = f"udgave {{number}}"
    versions.publish(thing, versions.record(thing, content, None))
"""


@pytest.mark.process
def test_readers_during_40_publishings_get_one_text_or_the_other(tmp_path):
    seeded(tmp_path)
    settings = environment(tmp_path)
    seen, faults, done = set(), [], threading.Event()

    def read(address):
        while not done.is_set():
            with urllib.request.urlopen(address, timeout=10) as answer:
                numbers = set(WORDS.findall(answer.read().decode()))
            seen.update(numbers)
            if len(numbers) > 1:
                faults.append(numbers)

    with serving(settings) as site:
        readers = [threading.Thread(target=read, args=[f"{site}/indsatser/nye-redskaber/"]) for _ in range(2)]
        for reader in readers:
            reader.start()
        try:
            subprocess.run(
                [sys.executable, "manage.py", "shell", "-c", PUBLISH], cwd=ROOT, env=settings, check=True,
                capture_output=True, timeout=90,
            )  # fmt: skip
        finally:
            done.set()
            for reader in readers:
                reader.join(timeout=20)

    assert faults == []
    assert len(seen) > 3, "the readers were there while it went on"
