"""The table of grants names every table of the site, and nothing that is not there."""

import pytest
from django.apps import apps

from nejtilbander.operations.database_grants import GRANTS, ROW_SECURITY, STAFF_APPS
from nejtilbander.operations.database_roles import tables

SECRET = (
    "django_session", "auth_", "account_", "mfa_", "socialaccount_", "staff_cache", "django_admin_log",
    "nejtilbander_auditline", "nejtilbander_approval", "nejtilbander_staffletter", "nejtilbander_loginlink",
)  # fmt: skip
OF_THE_OWNER = {"nejtilbander_seeded"}  # who seeds


def test_every_table_is_somebodys():
    """A new model that is forgotten here is found before its first request fails."""
    models = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    named = {table for grants in GRANTS.values() for table in tables(grants)}
    assert models - named == OF_THE_OWNER
    assert named - models == {"django_migrations"}


@pytest.mark.parametrize("role", GRANTS)
def test_every_word_of_the_table_names_a_table(role):
    away = {key for key in GRANTS[role] if not tables({key: "SELECT"})}
    assert away <= set(STAFF_APPS)


@pytest.mark.parametrize("role", GRANTS)
def test_a_new_table_of_the_site_is_nobodys_until_it_is_said(role):
    """Pages alone are granted as a whole: content models and their rows."""
    own = {"pages", "events", "nejtilbander"}
    assert {key for key in GRANTS[role] if key in own} == {"pages"}


def test_a_whole_app_is_the_public_processs_for_pages_alone():
    """Else a new table would be readable from the internet before anybody had thought of it."""
    assert {key for key in GRANTS["public"] if "." not in key} == {"pages", "django_migrations"}


def test_the_public_process_has_nothing_that_is_staffs():
    assert not [table for table in tables(GRANTS["public"]) if table.startswith(SECRET)]


def test_whoever_may_use_a_table_with_row_security_has_a_policy_for_it():
    for key, policies in ROW_SECURITY.items():
        (table,) = tables({key: "SELECT"})
        assert {policy.role for policy in policies} == {
            role for role, grants in GRANTS.items() if table in tables(grants)
        }
