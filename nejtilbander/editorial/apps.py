"""The admin's app. It is installed where staff log in, and not in `public`: that has no admin, and 3 MB to spare."""

from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig


class EditorialConfig(SimpleAdminConfig):
    default_site = "nejtilbander.editorial.site.EditorialSite"

    def ready(self) -> None:
        super().ready()
        admin.autodiscover()
        from nejtilbander.editorial import my_page, reviews  # noqa: PLC0415 - they need the models

        my_page.sections += reviews.sections
