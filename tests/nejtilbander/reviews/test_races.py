"""Six who take the same step at the same moment, on real databases: one answer counts, and one request is made."""

import json

import pytest

from tests.support.live_server import manage
from tests.support.site_scripts import script

CROWD = """
import django; django.setup()
from tests.support import review_crowd
print(json.dumps(review_crowd.run(6)))
"""


@pytest.mark.process
def test_of_six_at_once_one_answer_counts_one_request_is_made_and_one_has_seen_it(settings_of_a_site):
    if "postgres" in settings_of_a_site["DATABASE_URL"]:
        manage(settings_of_a_site, "migrate", "-v", "0")

    assert json.loads(script(settings_of_a_site, CROWD)) == {
        "answered": {"NothingWaiting": 5, "done": 1},
        "one end": True,
        "asked": {"done": 6},
        "waiting": 1,
        "a letter each": True,
        "seen": {"NothingWaiting": 5, "done": 1},
    }
