"""Each part does all of its work with its own login, and PostgreSQL refuses none of it."""

import json

import pytest

from tests.nejtilbander.operations.database_roles import scripts
from tests.nejtilbander.operations.database_roles.driver import page
from tests.support.addresses import PAGES
from tests.support.live_server import serving
from tests.support.signup_story import ask
from tests.support.site_scripts import script
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.postgres, pytest.mark.process]
STATES = "SELECT s.state, count(*) FROM events_signup s JOIN events_event e ON e.id = s.event_id WHERE slug = 'bevis'"
SENT = (
    "SELECT l.kind, count(*) FROM events_letter l JOIN events_event e ON e.id = l.event_id"
    " WHERE slug = 'bevis' AND l.state = 'sent' GROUP BY 1"
)


@pytest.fixture(scope="module")
def told(site):
    """The visitors' story: signed up, confirmed, changed, left, forgotten, asked for the link, signed up twice."""
    site.work_once()
    folder = site.data / "letters"
    before = site.letter_files() if folder.exists() else set()  # of what other tests have written
    with (site.data / "web.log").open("wb") as log, serving(site.part("public"), log=log) as site.url:
        for person in site.people.values():
            assert site.sign_up(person) == (422 if "@@" in person.email else 303)
        site.work_once()
        site.find_tokens()
        for who in ("confirms", "is forgotten", "leaves", "waits"):
            site.act(who, action="confirm")
        site.act("confirms", action="seats", seats="2")
        site.act("leaves", action="cancel")
        site.act("is forgotten", action="forget")
        site.act("waits", action="again")
        site.seen = [
            ask(f"{site.url}/min-tilmelding/{site.people[who].token}/")[0]
            for who in ("confirms", "waits", "leaves", "is forgotten")
        ]
        site.sign_up(site.people["confirms"])
        site.work_once()
        for path in PAGES:
            page(site, path)
            page(site, f"/ar{path}")
        wait_until(lambda: site.rows("SELECT value FROM nejtilbander_count WHERE value > 0"), "pages are counted")
        site.sent = len(site.letter_files() - before)
        site.late = ask(f"{site.url}/healthz/worker")
        yield site


def test_a_visitor_signs_up_confirms_changes_leaves_is_forgotten_and_asks_again(told):
    assert told.seen == [200, 200, 200, 404]
    assert dict(told.rows(f"{STATES} GROUP BY 1")) == {"confirmed": 2, "held": 2, "waiting": 1, "cancelled": 1}
    sent = dict(told.rows(SENT))
    assert (sent["confirm"], sent["again"]) == (4, 1)
    assert told.sent == 10, "also the farewell, and the letter to who was signed up already"
    assert told.rows("SELECT count(*) FROM events_letter WHERE error <> ''") == [(0,)]


def test_every_page_is_read_and_the_worker_is_seen_at_work(told):
    assert told.late[::2] == (200, "ok\n")
    assert told.refused() == []


def test_a_visitor_asks_for_more_seats_the_worker_gives_them_and_search_finds_the_meeting(told):
    told.act("confirms", action="seats", seats="3")
    told.work_once()
    assert told.rows(f"{STATES.replace('s.state', 's.seats')} AND s.state = 'confirmed' GROUP BY 1 ORDER BY 1") == [
        (1, 1), (3, 1),
    ]  # fmt: skip
    assert "<mark>" in page(told, "/soeg/?q=politi")
    assert told.refused() == []


def test_the_worker_does_every_task(site):
    script(site.owner(SITE_ROLE="all"), scripts.MUCH_TO_DO)

    said = json.loads(site.run("worker", scripts.WORKER))

    assert said == {
        "published": "Nyt", "erased": True, "lines": ["folded"], "broken": 0, "letters": [], "to staff": [[], [], []],
        "links": 1, "requests": 1, "taken out": 3, "grown": ["confirmed"], "counted": 1, "found": True,
        "reminded": True, "scrubbed": True, "password": "permission denied for table auth_user",
    }  # fmt: skip


def test_staff_do_all_that_the_admin_offers(site, static_files):
    script(site.owner(SITE_ROLE="all"), scripts.LOGIN_AND_GUESTS)

    said = json.loads(site.run("staff", scripts.STAFF))

    assert said == {
        "edited": "Nyt", "draft": 200, "capacity": 30, "offered": 1, "list": 200, "openings": 1, "bulk": 4,
        "moved": True, "letters": ["bulk", "cancelled", "opened", "test"], "event gone": True, "login gone": True,
        "acted": 403, "audit": True, "groups": [["taken_out", None]], "to staff": ["invitation", "no_factor", "reset"],
        "keys": True, "asked": True, "reviews": [["ny", "approved"], ["red", "seen"]],
        "remarks": [[None, "Og en gang til."], [None, "Se lige."]],
        "undone": ["confirmed", 0],
    }  # fmt: skip
