"""RFC 9110 through nginx, and how soon what is withdrawn has left every place it stood."""

import json
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.freshness import lateness
from tests.support.http_semantics import Ask, faults
from tests.support.live_server import ROOT
from tests.support.site_scripts import script

pytestmark = [pytest.mark.process, pytest.mark.nginx, pytest.mark.xdist_group("nginx")]
ROUTES = [
    "/", "/ar/indsatser/", "/indsatser/?niveau=forebyggende", "/aktuelt.atom", "/stormoeder/kalender.ics",
    "/sitemap.xml", "/indsatser/skoler-og-boernehaver/kort.png", "/robots.txt", "/hjaelp/", "/findes-ikke/",
    "/indsatser",
]  # fmt: skip
PAST, FUTURE = "Tue, 01 Jan 2019 00:00:00 GMT", "Sat, 01 Jan 2050 00:00:00 GMT"
TAGS = st.lists(st.sampled_from(["<own>", "<strong>", '"anden"', 'W/"anden"']), min_size=1, max_size=3).map(", ".join)
ENCODINGS = ["br", "gzip", "gzip, br", "br;q=0, gzip", "gzip;q=0", "br;q=0.5, identity;q=1", "identity", "*;q=0", "*"]
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "If-None-Match": TAGS | st.just("*"), "If-Modified-Since": st.sampled_from([PAST, FUTURE]),
        "Accept-Encoding": st.sampled_from(ENCODINGS), "Range": st.sampled_from(["bytes=0-9", "bytes=-5"]),
    },
)  # fmt: skip


def ask(front, path, method="GET", **headers):
    status, named, body = front.ask(path, method, **{name.replace("-", "_"): text for name, text in headers.items()})
    return SimpleNamespace(status=status, headers=named, body=body)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(path=st.sampled_from(ROUTES), method=st.sampled_from(["GET", "HEAD"]), headers=HEADERS)
def test_nginx_answers_as_the_rfc_says(front, path, method, headers):
    whole = ask(front, path)
    etag = whole.headers.get("etag", '"ingen"')
    if tags := headers.get("If-None-Match"):
        headers |= {"If-None-Match": tags.replace("<own>", etag).replace("<strong>", etag.removeprefix("W/"))}

    answer = ask(front, path, method, **headers)

    found = faults(Ask(method, headers), answer, whole, prefers=False)
    # There nginx sends the whole page: what it may not keep, and whoever sends both. That does no harm.
    if "no-store" in whole.headers["cache-control"] or {"If-None-Match", "If-Modified-Since"} <= headers.keys():
        found = [fault for fault in found if fault != "200 for 304"]
    assert found == [], (path, method, headers)


PREPARE = """
import django; django.setup()
from django.utils import timezone
from events.models import Event
from pages.models import Initiative, Update
from tests.support.pictures import a_picture
initiative, meeting = Initiative.objects.get(slug="nye-redskaber"), Event.objects.get(slug="unge-og-foraeldre")
Update.objects.create(initiative=initiative, date=timezone.localdate(), title_da="Netop sket")
initiative.picture = meeting.picture = a_picture()
initiative.is_decorative = meeting.is_decorative = True
initiative.save(); meeting.save()
print(json.dumps([initiative.picture.smallest_url(), str(meeting.uid), initiative.title_da, meeting.title_da]))
"""
WITHDRAW = """
from events.models import Event
from nejtilbander.publishing.actions import withdraw
from pages.models import Initiative
withdraw(Initiative.objects.get(slug="nye-redskaber"), {"da": "Trukket."})
withdraw(Event.objects.get(slug="unge-og-foraeldre"), {"da": "Trukket."})
import time
print(time.time())
"""
OWN = [
    "/indsatser/nye-redskaber/", "/ar/indsatser/nye-redskaber/", "/indsatser/nye-redskaber/kort.png",
    "/stormoeder/unge-og-foraeldre/", "/stormoeder/unge-og-foraeldre/kalender.ics",
    "/stormoeder/unge-og-foraeldre/plakat/", "/so/stormoeder/unge-og-foraeldre/kort.png",
]  # fmt: skip
LISTS = [
    "/", "/indsatser/", "/stormoeder/", "/ar/stormoeder/", "/aktuelt/", "/aktuelt.atom", "/fa/aktuelt.atom",
    "/stormoeder/kalender.ics", "/tr/stormoeder/kalender.ics", "/sitemap.xml", "/soeg/?q=redskaber", "/soeg/?q=unge",
]  # fmt: skip


def test_what_is_withdrawn_is_gone_everywhere_within_four_seconds_also_for_whoever_had_it(here):
    front, _, environment = here
    picture, uid, *titles = json.loads(script(environment, PREPARE))
    signs = [word.encode() for word in ("nye-redskaber", "unge-og-foraeldre", "Netop sket", uid, *titles)]
    had = {}

    def stands_everywhere():
        had.update({path: ask(front, path) for path in [*OWN, picture, *LISTS]})
        return all(had[path].status == 200 for path in [*OWN, picture]) and all(
            any(sign in had[path].body for sign in signs) for path in LISTS if path != "/"
        )

    lateness(stands_everywhere, lambda: None, steady=3)

    def again(path):
        """As a browser that has the page, and as one that has the page and a clock."""
        known = {"If-None-Match": had[path].headers["etag"]} if "etag" in had[path].headers else {}
        return [ask(front, path), ask(front, path, **known, **{"If-Modified-Since": FUTURE})]

    def shows(path, answer):
        body = had[path].body if answer.status == 304 else answer.body
        return any(sign in body for sign in signs)

    def is_gone():
        return all(answer.status in {404, 410} for path in [*OWN, picture] for answer in again(path)) and not any(
            shows(path, answer) for path in LISTS for answer in again(path)
        )

    withdrawing = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", WITHDRAW],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    began = time.time()
    late, made = lateness(is_gone, lambda: ask(front, "/soeg/?q=vold"), steady=3)
    late += began - float(withdrawing.communicate()[0].split()[-1])

    print(f"\nwithdrawn, and gone everywhere after {late:.1f} s")
    assert withdrawing.returncode == 0
    assert late < 4 + 10 * made, (late, made)
