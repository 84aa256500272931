"""System checks of the production setup: part of `manage.py check --deploy`."""

from collections.abc import Sequence
from contextlib import suppress

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's own name
from django.db import DatabaseError, connection

from nejtilbander.operations.database_grants import GRANTS
from nejtilbander.operations.database_login import discrepancy

AppConfigs = Sequence[AppConfig] | None


@register(Tags.security, deploy=True)
def roles_are_split(app_configs: AppConfigs, **kwargs: object) -> list[CheckMessage]:
    """The list is safest when the internet-facing process never has the keyring (docs/decisions/0007)."""
    if settings.SITE_ROLE != "all":
        return []
    return [
        Warning(
            "One process plays all roles: whoever takes it over can open the lists of who comes.",
            hint="Run web, staff and worker apart, each with its SITE_ROLE: see compose.yaml.",
            id="nejtilbander.W002",
        )
    ]


@register(Tags.security, deploy=True)
def letters_are_sent(app_configs: AppConfigs, **kwargs: object) -> list[CheckMessage]:
    """Letters written as files reach nobody."""
    is_folder = settings.MAIL["backend"] == "nejtilbander.background.mail_backend.FolderEmailBackend"
    if settings.SITE_ROLE != "worker" or not is_folder:
        return []
    return [Warning("Letters are written as files.", hint="Set EMAIL_URL to a mail server.", id="nejtilbander.W003")]


@register(Tags.security, deploy=True)
def a_second_person_is_told(app_configs: AppConfigs, **kwargs: object) -> list[CheckMessage]:
    """Letters about access to the list need a recipient."""
    has_recipients = bool(settings.ALARM_TO) and all("@" in address for address in settings.ALARM_TO)
    if settings.SITE_ROLE not in {"staff", "worker"} or has_recipients:
        return []
    return [
        Warning(
            "Nobody is told when a list is opened or sign-up is flooded.",
            hint="Set ALARM_TO to the addresses of staff, in staff and worker.",
            id="nejtilbander.W004",
        )
    ]


@register(Tags.security, deploy=True)
def staff_show_a_second_factor(app_configs: AppConfigs, **kwargs: object) -> list[CheckMessage]:
    """A password is phished one day (docs/decisions/0020)."""
    if settings.SITE_ROLE not in {"staff", "all"} or settings.STAFF_SECOND_FACTOR == "required":
        return []
    return [
        Warning(
            "Staff may log in with a password alone.",
            hint="Take STAFF_SECOND_FACTOR away: it is required by default.",
            id="nejtilbander.W006",
        )
    ]


@register(Tags.security, deploy=True)
def commits_are_durable(app_configs: AppConfigs, **kwargs: object) -> list[CheckMessage]:
    """PostgreSQL must write to the disk before it confirms a commit, or a power cut loses confirmed sign-ups."""
    if connection.vendor != "postgresql":
        return []  # environment.py tells SQLite how
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')"
            " AND setting = 'off'"
        )
        if switched_off := ", ".join(name for (name,) in cursor.fetchall()):
            sentence = f"PostgreSQL answers before it has written to the disk: {switched_off}."
            return [Warning(sentence, hint="Switch it on again.", id="nejtilbander.W005")]
    return []


@register(Tags.database, deploy=True)
def login_is_least(
    app_configs: AppConfigs, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """Runs with `check --deploy --database default`; a process that serves or works checks it at start by itself."""
    if not databases or connection.vendor != "postgresql" or settings.SITE_ROLE not in GRANTS:
        return []
    sentence = discrepancy(settings.SITE_ROLE)
    return [Error(sentence, id="nejtilbander.E001")] if sentence else []


@register(Tags.security, deploy=True)
def accessibility_statement(app_configs: AppConfigs, **kwargs: object) -> list[CheckMessage]:
    """The law asks for a statement made in the WAS-Tool (BEK 904 of 22/08/2019)."""
    if settings.WAS_URL:
        return []
    return [
        Warning(
            "The official accessibility statement is not linked.",
            hint="Make it in the WAS-Tool and set WAS_URL to its address at was.digst.dk.",
            id="nejtilbander.W001",
        )
    ]
