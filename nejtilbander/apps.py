"""The site's app: what is registered once all models are loaded."""

from django.apps import AppConfig
from django.conf import settings
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
        from nejtilbander.approvals import logins, rules  # noqa: F401, PLC0415
        from nejtilbander.audit import chain  # noqa: PLC0415
        from nejtilbander.background import prompt_tasks, worker  # noqa: PLC0415
        from nejtilbander.caching import watcher  # noqa: PLC0415
        from nejtilbander.links import choices, new_links  # noqa: PLC0415
        from nejtilbander.notices import current  # noqa: PLC0415
        from nejtilbander.operations import deploy_checks  # noqa: F401, PLC0415
        from nejtilbander.publishing import actions, review_reminders, search_index, summaries  # noqa: PLC0415
        from nejtilbander.publishing.models import content_models  # noqa: PLC0415
        from nejtilbander.site import link_targets  # noqa: PLC0415

        watcher.sources += [
            watcher.Source(actions.public_states, actions.summaries),
            watcher.Source(current.states, confirm=current.confirm),
        ]
        watcher.refreshers.append(current.refresh)
        worker.tasks += [actions.publish_due, review_reminders.send_reminders, chain.fold_old, search_index.catch_up]
        worker.tasks += [rules.delete_old, new_links.check_new_links]
        choices.sources.append(link_targets.fixed_pages)
        prompt_tasks.tasks.append(actions.publish_due)
        for model in content_models():  # not of every model: Django would read each row before it deletes it
            post_save.connect(search_index.on_saved, model)
            post_delete.connect(search_index.on_deleted, model)
            post_delete.connect(summaries.on_deleted, model)
        autoreload_started.connect(watch_inline_assets)  # only `make dev` reloads
        if settings.HAS_STAFF:
            self._ready_for_staff()

    @staticmethod
    def _ready_for_staff() -> None:
        """What only the parts where staff log in need, and the worker, which writes to them."""
        from nejtilbander.accounts import hashing, letters  # noqa: F401, PLC0415 - hashing opens its lock before forks
        from nejtilbander.accounts import receivers as account_receivers  # noqa: PLC0415
        from nejtilbander.approvals import letters as approval_letters  # noqa: PLC0415
        from nejtilbander.audit import receivers  # noqa: PLC0415
        from nejtilbander.background import worker  # noqa: PLC0415
        from nejtilbander.publishing.models import content_models  # noqa: PLC0415
        from nejtilbander.reviews import letters as review_letters  # noqa: PLC0415
        from nejtilbander.reviews import rules as review_rules  # noqa: PLC0415

        worker.queues += [approval_letters.send, letters.send, review_letters.send]
        worker.tasks += [letters.delete_sent, review_letters.delete_sent]
        worker.lateness_checks += [approval_letters.late, letters.late_work, review_letters.late_work]
        for model in content_models():
            post_delete.connect(review_rules.on_deleted, model)
        account_receivers.connect()
        receivers.connect()
