"""A planned publication reaches readers in time, though the process that they read from may not publish."""

from contextlib import ExitStack

import pytest

from tests.nejtilbander.operations.database_roles.scripts import PLANNED
from tests.support.live_server import serving, working
from tests.support.signup_story import ask
from tests.support.site_scripts import script
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.postgres, pytest.mark.process]


@pytest.mark.parametrize("who", ["worker", "staff"])
def test_readers_see_it_when_its_time_comes_whoever_of_the_two_is_there(site, who):
    script(site.owner(SITE_ROLE="all"), PLANNED, f"plan-{who}")
    address = f"/plan-{who}/"
    with ExitStack() as running:
        url = running.enter_context(serving(site.part("public", SITE_URL="http://127.0.0.1")))
        assert "<h1>Prøve</h1>" in ask(url + address)[2]
        if who == "worker":
            running.enter_context(working(site.part("worker")))
        else:
            staff = running.enter_context(serving(site.part("staff")))
            assert ask(f"{staff}/readyz")[0] == 200  # the first question, as a probe asks it
        wait_until(lambda: "<h1>Nyt</h1>" in ask(url + address)[2], "the new text")
    assert site.rows("SELECT count(*) FROM nejtilbander_auditline WHERE kind = 'published' AND what = 'pages.page'")
    assert site.refused() == []
