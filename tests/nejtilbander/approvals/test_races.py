"""Six who answer one request at the same moment, and six tries to use one yes, on real databases: one counts."""

import json

import pytest

from tests.support.live_server import manage
from tests.support.site_scripts import script

CROWD = """
import django; django.setup()
from tests.support import approval_crowd
print(json.dumps(approval_crowd.run(6)))
"""


@pytest.mark.process
def test_of_six_at_once_one_answer_counts_and_a_yes_is_used_once(settings_of_a_site):
    if "postgres" in settings_of_a_site["DATABASE_URL"]:
        manage(settings_of_a_site, "migrate", "-v", "0")

    assert json.loads(script(settings_of_a_site, CROWD)) == {
        "answered": {"NotWaiting": 5, "done": 1},
        "one line": True,
        "used": {"NeedsApproval": 5, "done": 1},
        "lines": ["approved", "asked", "used"],
    }
