"""The layout of the code: what Django finds by name is there, and every package stands under the import contract."""

import pkgutil
import re
import subprocess
import sys
import tomllib

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

import nejtilbander
from tests.support.live_server import ROOT, environment

# What Django itself looks for in a project's root, and where the process begins.
ROOT_MODULES = {
    "admin", "apps", "environment", "management", "migrations", "models", "server", "settings", "templatetags",
    "translation", "urls", "wsgi",
}  # fmt: skip
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def dotted_paths(value):
    """Every string in a setting, however deep, that names something of ours."""
    if isinstance(value, dict):
        return [path for one in value.values() for path in dotted_paths(one)]
    if isinstance(value, list | tuple):
        return [path for one in value for path in dotted_paths(one)]
    is_ours = isinstance(value, str) and value.startswith(("nejtilbander.", "pages.", "events."))
    return [value] if is_ours else []


def named_in_settings():
    return sorted({path for name in dir(settings) if name.isupper() for path in dotted_paths(getattr(settings, name))})


def exists(path):
    try:
        import_string(path)
    except (ImportError, ImproperlyConfigured):
        return False
    return True


@pytest.mark.parametrize("path", [path for path in named_in_settings() if not path.startswith("nejtilbander.changes")])
def test_what_settings_name_can_be_imported(path):
    modules = {settings.ROOT_URLCONF}
    module = path in modules or path.startswith("nejtilbander.templatetags.")
    assert pkgutil.resolve_name(path) if module else exists(path)


def test_the_settings_name_our_middleware_formatters_and_admin_site():
    assert len(named_in_settings()) > 12
    assert not exists("nejtilbander.delivery.KeepingMiddleware")


def test_the_admin_site_and_the_mail_backend_that_no_setting_names_can_be_imported():
    from django.apps import apps  # noqa: PLC0415 - ready by now

    assert exists(apps.get_app_config("admin").default_site)
    assert exists("nejtilbander.background.mail_backend.FolderEmailBackend")


def test_every_package_of_the_site_stands_under_the_import_contract():
    (layers,) = [contract["layers"] for contract in CONTRACTS if contract["name"] == "Imports go down only"]
    named = {name.strip().removeprefix("nejtilbander.") for layer in layers for name in layer.split("|")}
    found = {module.name for module in pkgutil.iter_modules(nejtilbander.__path__)}

    assert found - ROOT_MODULES - named == set()
    assert named - {"pages", "events", "urls"} <= found


def test_nothing_is_flat_in_the_root_but_what_django_looks_for_there():
    flat = {module.name for module in pkgutil.iter_modules(nejtilbander.__path__) if not module.ispkg}
    assert flat <= ROOT_MODULES


@pytest.mark.process
def test_the_internet_facing_process_never_loads_the_editor_sessions_or_messages(tmp_path):
    own = environment(
        tmp_path,
        SITE_ROLE="public",
        KEYRING_DIR=str(tmp_path / "nowhere"),
        KEYRING_SECRET="",
        INDEX_KEY="",
    )
    # Of the accounts only the tables, which every process knows.
    code = (
        "import sys, nejtilbander.wsgi\n"
        "away = ('nejtilbander.editorial', 'nejtilbander.accounts.', 'allauth', 'django.contrib.sessions',"
        " 'django.contrib.messages.middleware', 'django.contrib.auth.middleware', 'django.contrib.auth.backends')\n"
        "print([name for name in sys.modules if name.startswith(away) and name != 'nejtilbander.accounts.models'])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=own, capture_output=True, text=True, check=True)

    assert loaded.stdout == "[]\n"


@pytest.mark.parametrize("document", ["README.md", "docs/threat-model.md"])
def test_the_tests_that_a_document_names_are_there(document):
    named = re.findall(r"`(tests/[^`]+)`", (ROOT / document).read_text("utf-8"))
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
