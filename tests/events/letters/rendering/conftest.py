"""Somebody to tell of an attack."""

import pytest

from tests.events.letters.rendering.driver import STAFF


@pytest.fixture(autouse=True)
def _alarms(settings):
    settings.ALARM_TO = [STAFF]
