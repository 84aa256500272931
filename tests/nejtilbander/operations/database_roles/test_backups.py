"""A backup is made by a login that may change nothing, and comes back on a server that knows none of the roles."""

import pytest

from tests.support.live_server import environment, manage
from tests.support.postgres_cluster import Cluster
from tests.support.site_scripts import script

pytestmark = [pytest.mark.postgres, pytest.mark.process, pytest.mark.cluster]
COUNT = """
import django; django.setup()
from django.db import connection
from events.models import Letter, Signup
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM pg_policy")
    print(Letter.objects.count(), Signup.objects.count(), cursor.fetchone()[0])
"""
GUESTS = """
import django; django.setup()
from tests.support.factories import a_guest, a_meeting
a_guest(a_meeting("gemt", key=True), "bo@example.dk")
"""


def test_what_row_security_hides_from_others_is_in_it_too(site, tmp_path):
    script(site.owner(SITE_ROLE="all"), GUESTS)
    letters, signups, _ = script(site.owner(SITE_ROLE="all"), COUNT).split()
    assert int(letters) > 0 < int(signups)

    manage(site.part("backup", SITE_ROLE="prepare"), "backup", str(tmp_path))
    cluster = Cluster()
    try:
        (file,) = tmp_path.glob("*.tar")
        (tmp_path / "new").mkdir()
        settings = environment(tmp_path / "new", DATABASE_URL=cluster.database("new"))
        manage(settings, "restore", str(file))
        assert script(settings, COUNT).split() == [letters, signups, "0"]
        manage(settings, "database_roles")
        assert script(settings, COUNT).split()[2] != "0"
    finally:
        cluster.remove()
