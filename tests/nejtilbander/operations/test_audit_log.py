"""The log of what staff change."""

import json
import logging

import pytest
from django.contrib.admin.models import LogEntry

from tests.support.admin import (
    publish,
    save,
)
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db


def test_every_change_is_one_line_of_json_in_the_log_by_number_and_without_names(
    staff, caplog, django_capture_on_commit_callbacks
):
    page = a_page("log")
    logger = logging.getLogger("nejtilbander.changes")
    logger.addHandler(caplog.handler)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            save(staff, page, title_da="Andet")
            publish(staff, page)
    finally:
        logger.removeHandler(caplog.handler)

    lines = [json.loads(record.message) for record in caplog.records if record.name == "nejtilbander.changes"]
    assert [line["words"] for line in lines if line["words"]][-1] == "Version 2 udgivet."
    assert len(lines) == 2
    assert all(line["what"].endswith("side") for line in lines)
    assert {line["who"] for line in lines} == {LogEntry.objects.first().user_id}
    assert "prove" not in str(lines)
