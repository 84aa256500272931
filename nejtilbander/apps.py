import json
import logging
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.db import transaction
from django.db.models.signals import post_save
from django.utils.autoreload import autoreload_started

changes = logging.getLogger("nejtilbander.changes")


def watch_inlined_files(sender: Any, **kwargs: Any) -> None:
    """The stylesheet and the script are read at start: restart when they change."""
    sender.watch_dir(settings.BASE_DIR / "static", "**/*.*")


def tell_of_change(sender: Any, instance: Any, created: bool, **kwargs: Any) -> None:
    """Every change staff make is also one line of JSON in the log, which nobody can take back: who, what, when.

    People by number alone, and nothing of what a user is called: a name may be an address.
    """
    line = {
        "at": instance.action_time.isoformat(), "who": instance.user_id, "what": str(instance.content_type),
        "which": instance.object_id, "did": instance.get_action_flag_display(), "words": instance.get_change_message(),
    }  # fmt: skip
    transaction.on_commit(lambda: changes.info(json.dumps(line, ensure_ascii=False)))


class SiteConfig(AppConfig):
    name = "nejtilbander"
    verbose_name = "Hjemmesiden"

    def ready(self) -> None:
        # Models are there, and checks register themselves, once apps are ready.
        from nejtilbander import checks, notices, pulse, reviews, versions, worker  # noqa: F401, PLC0415

        pulse.sources += [versions.public_states, notices.states]
        pulse.refills.append(notices.asked)
        worker.tasks += [versions.publish_due, reviews.tell]
        autoreload_started.connect(watch_inlined_files)  # only `make dev` reloads
        post_save.connect(tell_of_change, "admin.LogEntry")


class DeskConfig(SimpleAdminConfig):
    default_site = "nejtilbander.matrix.Desk"

    def ready(self) -> None:
        super().ready()
        if settings.SITE_ROLE != "public":  # which has no admin, and 3 MB to spare
            admin.autodiscover()
