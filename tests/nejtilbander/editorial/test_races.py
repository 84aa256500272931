"""Several processes publish at one moment, on real databases: one of them does it, and the others are refused."""

import json
import subprocess
import sys
from threading import Timer

import pytest

from tests.support.live_server import ROOT, launch, seeded
from tests.support.site_scripts import script
from tests.support.waiting import patience

pytestmark = pytest.mark.process
PROCESSES, ROUNDS = 4, 3
PREPARE = """
import django; django.setup()
from datetime import timedelta
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone
from nejtilbander.publishing import actions, serialization, versions
from pages.models import Initiative
call_command("migrate", verbosity=0)
call_command("seed")
User.objects.create_superuser("anna", "anna@example.org", "x")
thing = Initiative.objects.get(slug="klubhuse")
versions.ensure_first_version(thing)
content = serialization.serialize(thing)
content["fields"]["title_da"] = "Planlagt"
actions.publish(thing, versions.save_version(thing, content, None), timezone.now() + timedelta(milliseconds=1))
"""
# Everybody waits for the others, before each thing they do.
AT_ONCE = """
import django; django.setup()
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from nejtilbander.publishing import actions, serialization, versions
from pages.models import Initiative
name, rounds = sys.argv[1], int(sys.argv[2])
settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["testserver"], False
browser = Client()
browser.force_login(User.objects.get())
thing = Initiative.objects.get(slug="byens-rum")
content = serialization.serialize(thing)
def wait_for_the_others():
    print("ready", flush=True)
    sys.stdin.readline()
wait_for_the_others()
due, statuses = actions.publish_due(), []
for number in range(rounds):
    wait_for_the_others()
    content["fields"]["title_da"] = f"{name} {number}"
    versions.save_version(thing, content, None)
    sent = browser.post("/admin/pages/page/add/", {
        "slug": f"samme-{number}", "title_da": name, "summary_da": "Et resumé.", "body_da": "<p>Tekst.</p>",
        "documents-TOTAL_FORMS": 0, "documents-INITIAL_FORMS": 0})
    statuses.append(sent.status_code)
    if sent.status_code == 200:
        said = sent.content.decode()
        assert "findes allerede" in said or "En anden tekst har den webadresse." in said, said
print(json.dumps([due, statuses]))
"""
AFTER = """
import django; django.setup()
from nejtilbander.models import Version
from pages.models import Initiative, Page
thing = Initiative.objects.get(slug="byens-rum")
print(json.dumps({
    "title": Initiative.objects.get(slug="klubhuse").title_da,
    "numbers": list(Version.objects.filter(kind="pages.initiative", object_id=thing.pk).order_by("number")
        .values_list("number", flat=True)),
    "pages": Page.objects.filter(slug__startswith="samme-").count(),
}))
"""


def test_four_processes_at_one_moment_publish_once_number_without_a_gap_and_share_no_address(
    settings_of_a_site,
    tmp_path,
):
    if settings_of_a_site["DATABASE_URL"].startswith("sqlite"):
        seeded(tmp_path)  # sooner than migrating
    own = {"DJANGO_SETTINGS_MODULE": "nejtilbander.settings", "STATIC_ROOT": str(launch() / "static")}
    settings = settings_of_a_site | own
    script(settings, PREPARE)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", f"import json, sys\n{AT_ONCE}", f"nr. {number}", str(ROUNDS)], cwd=ROOT,
            env=settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(PROCESSES)
    ]  # fmt: skip
    giving_up = Timer(patience(30), lambda: [one.kill() for one in running])
    giving_up.start()
    for _ in range(1 + ROUNDS):
        ready = [one.stdout.readline() for one in running]
        if ready != ["ready\n"] * PROCESSES:
            break  # and what they say tells why
        for one in running:
            one.stdin.write("go\n")
            one.stdin.flush()
    said = [one.communicate() for one in running]
    giving_up.cancel()
    assert [err[-2000:] for one, (_, err) in zip(running, said, strict=True) if one.returncode] == []
    found = [json.loads(out) for out, _ in said]

    assert sum(due for due, _ in found) == 1
    for number in range(ROUNDS):
        assert sorted(statuses[number] for _, statuses in found) == [200] * (PROCESSES - 1) + [302]
    after = json.loads(script(settings, AFTER))
    assert after["title"] == "Planlagt"
    assert after["numbers"] == list(range(1, PROCESSES * ROUNDS + 1))
    assert after["pages"] == ROUNDS
