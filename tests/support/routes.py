"""Every route of the site, and whom it is for."""

from django.urls import URLPattern, URLResolver, get_resolver


def routes(resolver=None, before=""):
    """(address, view) of every route of the site."""
    for pattern in (resolver or get_resolver()).url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, address)
        elif isinstance(pattern, URLPattern):
            yield address, pattern.callback


def role_of(address, view):
    """Who may ask; None when nobody said so. The admin's own views are behind its login."""
    declared = getattr(view, "role", None)
    if address.startswith("admin/"):
        return declared or "staff"
    return declared
