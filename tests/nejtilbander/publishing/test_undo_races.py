"""One undoes while another publishes, on real databases: whoever is first, readers get the newer text whole."""

import json
import subprocess
import sys
from threading import Timer

import pytest

from tests.support.live_server import ROOT, launch, seeded
from tests.support.site_scripts import script
from tests.support.waiting import patience

pytestmark = pytest.mark.process
ROUNDS = 5
PUBLISH = """
import django; django.setup()
from nejtilbander.publishing import actions, serialization, undo, versions
from nejtilbander.publishing.models import Publication, Redirect
from pages.models import Initiative
def things():
    return list(Initiative.objects.order_by("pk")[:int(sys.argv[1])])
def publish(thing, title, slug):
    versions.ensure_first_version(thing)
    content = serialization.serialize(thing)
    content["fields"]["title_da"], content["fields"]["slug"] = title, slug
    actions.publish(thing, versions.save_version(thing, content, None))
"""
PREPARE = (
    """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("seed")
"""
    + PUBLISH
    + """
for number, thing in enumerate(things()):
    publish(thing, "B", f"b-{number}")
"""
)
# Both wait for the other before each round.
AT_ONCE = (
    PUBLISH
    + """
said = []
for number, thing in enumerate(things()):
    last = undo.last_publication(thing).pk
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        if sys.argv[2] == "undo":
            undo.undo(thing, last)
        else:
            publish(thing, "C", f"c-{number}")
        said.append("done")
    except versions.PublicationRefused as refused:
        said.append(str(refused))
print(json.dumps(said))
"""
)
AFTER = (
    PUBLISH
    + """
print(json.dumps([
    [thing.title_da, thing.slug, thing.public_version,
     list(Publication.objects.filter(kind="pages.initiative", object_id=thing.pk).values_list("version", flat=True)),
     Redirect.objects.filter(old_path=thing.get_absolute_url()).exists()]
    for thing in things()
]))
"""
)


def test_a_publication_at_the_moment_of_undoing_is_never_lost_or_half_undone(settings_of_a_site, tmp_path):
    if settings_of_a_site["DATABASE_URL"].startswith("sqlite"):
        seeded(tmp_path)  # sooner than migrating
    settings = settings_of_a_site | {
        "DJANGO_SETTINGS_MODULE": "nejtilbander.settings", "STATIC_ROOT": str(launch() / "static"),
    }  # fmt: skip
    script(settings, PREPARE, str(ROUNDS))
    running = [
        subprocess.Popen(
            [sys.executable, "-c", f"import json, sys\n{AT_ONCE}", str(ROUNDS), name], cwd=ROOT, env=settings,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in ("undo", "publish")
    ]  # fmt: skip
    giving_up = Timer(patience(30), lambda: [one.kill() for one in running])
    giving_up.start()
    for _ in range(ROUNDS):
        if [one.stdout.readline() for one in running] != ["ready\n"] * len(running):
            break  # and what they say tells why
        for one in running:
            one.stdin.write("go\n")
            one.stdin.flush()
    said = [one.communicate() for one in running]
    giving_up.cancel()
    assert [err[-2000:] for one, (_, err) in zip(running, said, strict=True) if one.returncode] == []
    undone, published = (json.loads(out) for out, _ in said)

    assert published == ["done"] * ROUNDS
    assert all(one == "done" or one.startswith("Der er udgivet noget nyere") for one in undone)
    expected = [["C", f"c-{number}", 3, [3], False] for number in range(ROUNDS)]
    assert json.loads(script(settings, AFTER, str(ROUNDS))) == expected
