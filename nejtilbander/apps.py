"""The site's app, and the admin's: what is registered once all models are loaded."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.db.models.signals import post_delete, post_save
from django.utils.autoreload import BaseReloader, autoreload_started


def watch_inline_assets(sender: BaseReloader, **kwargs: object) -> None:
    """Restart the development server when a file that is read at start changes (web/inline_assets.py)."""
    sender.watch_dir(settings.BASE_DIR / "static", "**/*.*")


class SiteConfig(AppConfig):
    name = "nejtilbander"
    verbose_name = "Hjemmesiden"

    def ready(self) -> None:
        # These modules need models, which can be imported only now; deploy_checks registers itself.
        from nejtilbander.audit import chain, receivers  # noqa: PLC0415
        from nejtilbander.background import worker  # noqa: PLC0415
        from nejtilbander.caching import watcher  # noqa: PLC0415
        from nejtilbander.notices import current  # noqa: PLC0415
        from nejtilbander.operations import deploy_checks  # noqa: F401, PLC0415
        from nejtilbander.publishing import actions, review_reminders, search_index  # noqa: PLC0415

        watcher.sources += [actions.public_states, current.states]
        watcher.refreshers.append(current.refresh)
        worker.tasks += [actions.publish_due, review_reminders.send_reminders, chain.fold_old, search_index.catch_up]
        post_save.connect(search_index.on_saved)
        post_delete.connect(search_index.on_deleted)
        autoreload_started.connect(watch_inline_assets)  # only `make dev` reloads
        receivers.connect()


class EditorialConfig(SimpleAdminConfig):
    default_site = "nejtilbander.editorial.site.EditorialSite"

    def ready(self) -> None:
        super().ready()
        if settings.SITE_ROLE != "public":  # which has no admin, and 3 MB to spare
            admin.autodiscover()
