from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.utils.autoreload import autoreload_started


def watch_inlined_files(sender: Any, **kwargs: Any) -> None:
    """The stylesheet and the script are read at start: restart when they change."""
    sender.watch_dir(settings.BASE_DIR / "static", "**/*.*")


class SiteConfig(AppConfig):
    name = "nejtilbander"
    verbose_name = "Hjemmesiden"

    def ready(self) -> None:
        from nejtilbander import checks  # noqa: F401, PLC0415 - checks register themselves once apps are ready

        autoreload_started.connect(watch_inlined_files)  # only `make dev` reloads
