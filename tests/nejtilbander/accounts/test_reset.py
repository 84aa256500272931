"""The last administrator has lost the phone: a command on the machine takes the factors away, and says so for good."""

import pytest
from django.core.management import CommandError, call_command

from tests.nejtilbander.accounts.driver import ACCOUNT, a_user, an_app, lines, log_in, logged_in

pytestmark = pytest.mark.django_db


def test_the_factors_and_the_sessions_are_gone_the_password_stays_and_a_line_is_written(static_files, settings, capsys):
    settings.STAFF_SECOND_FACTOR = "required"
    an_app(a_user())
    browser = logged_in()
    call_command("reset_second_factor", "anna")
    assert capsys.readouterr().out.startswith("1 taken away, and a line written")
    assert browser.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"
    assert log_in()[0].get("/admin/").headers["Location"] == ACCOUNT
    assert ("role", "", "anden faktor nulstillet, 1 taget væk") in lines()


def test_a_name_that_no_login_has_is_said():
    with pytest.raises(CommandError, match=r"No login has that name\."):
        call_command("reset_second_factor", "nobody")
