"""Staff who may edit meetings, and staff who may open the list."""

import pytest

from tests.events.staff_views.driver import a_login


@pytest.fixture
def staff(db, static_files):
    """May edit meetings, and may not open the list."""
    return a_login("redaktion", "change_event", "view_event", "delete_event", "publish_events")


@pytest.fixture
def keeper(db, static_files):
    """May open the list too."""
    return a_login("vagt", "change_event", "view_event", "open_list")
