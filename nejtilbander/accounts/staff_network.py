"""The admin answers the networks in STAFF_NETWORK alone, whatever stands in front of it and however that is set up."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from nejtilbander.caching.policy import is_admin_request
from nejtilbander.security.rate_limits import client_address
from nejtilbander.web.rendering import plain_text


class StaffNetworkMiddleware:
    """First of all: from other networks not even a log-in is tried. Without STAFF_NETWORK, everybody may come."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_NETWORK and is_admin_request(request):
            address = client_address(request)
            if not any(address in network for network in settings.STAFF_NETWORK if address):
                return plain_text("Herfra kan man ikke logge ind. Brug kommunens net.", 403)
        return self.get_response(request)
