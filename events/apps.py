from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = "Stormøder"

    def ready(self) -> None:
        from events import announcements, models, work  # noqa: PLC0415 - models are there once apps are ready
        from events.notices import raised  # noqa: PLC0415
        from events.watch import signup_states  # noqa: PLC0415
        from nejtilbander import notices, pulse, versions, worker  # noqa: PLC0415

        notices.sources.append(raised)
        pulse.sources.append(signup_states)
        versions.published.connect(announcements.when_published, models.Event)
        worker.tasks += work.TASKS
        worker.queues.append(work.send_letters)
        worker.lateness_checks.append(work.late)
