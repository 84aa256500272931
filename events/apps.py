from django.apps import AppConfig
from django.conf import settings


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = "Stormøder"

    def ready(self) -> None:
        # Models can be imported only once the apps are ready.
        from events import hooks, models, tasks  # noqa: PLC0415
        from events.letters import announcements, consequences, undoing  # noqa: PLC0415
        from events.privacy import keys, two_people  # noqa: PLC0415
        from nejtilbander.background import prompt_tasks, worker  # noqa: PLC0415
        from nejtilbander.caching import watcher  # noqa: PLC0415
        from nejtilbander.notices import current  # noqa: PLC0415
        from nejtilbander.publishing import actions  # noqa: PLC0415
        from nejtilbander.publishing import consequences as of_publishing  # noqa: PLC0415

        two_people.register()
        current.sources.append(hooks.event_notices)
        watcher.sources.append(watcher.Source(hooks.signup_states, hooks.summaries))
        if settings.SIGNING_KEY:
            prompt_tasks.tasks.append(keys.create_missing_keys)
        actions.published.connect(announcements.on_published, models.Event)
        actions.undone.connect(undoing.on_undone, models.Event)
        of_publishing.sources.append(consequences.consequences)
        worker.tasks += tasks.TASKS
        worker.queues.append(tasks.send_letters)
        worker.lateness_checks.append(tasks.late_work)
