from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "nejtilbander"
    verbose_name = "Hjemmesiden"

    def ready(self) -> None:
        from nejtilbander import checks  # noqa: F401, PLC0415 - checks register themselves once apps are ready
