"""Which answers may be shared, kept and compressed."""

from django.http import HttpRequest


def is_admin_request(request: HttpRequest) -> bool:
    """Whether the admin answers: its pages mix secrets with typed text, and are neither cached nor compressed."""
    return request.path_info.startswith("/admin/")
