"""What must be in place before the site meets the public: part of `manage.py check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 - Django's own name


@register(Tags.security, deploy=True)
def accessibility_statement(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
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
