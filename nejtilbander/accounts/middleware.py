"""Middleware of the admin: how long a login lasts, and the second factor that must be shown first."""

from collections.abc import Callable

from django.contrib import admin, auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse

from nejtilbander.accounts import second_factor, sessions
from nejtilbander.accounts.hashing import HashingBusy
from nejtilbander.caching.policy import is_admin_request

# What a login may do before its second factor, by URL name: get one, show it, or leave.
BEFORE_THE_FACTOR = {
    "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
    "account_reauthenticate", "account_login", "end_sessions", "login", "logout",
}  # fmt: skip
LONG = 40  # characters: shorter fields are soon typed again


class StaffLoginMiddleware:
    """Stands after allauth's own middleware. In `process_view`, so that Django has refused forged forms before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        if not is_admin_request(request):
            return None
        if not request.user.is_authenticated:
            return _logged_out_while_writing(request) if _needs_login(request) else None
        if sessions.is_over(request.session):
            auth.logout(request)
            return _logged_out_while_writing(request)
        sessions.touch(request.session)
        if _url_name(request) in BEFORE_THE_FACTOR:
            return None
        step = second_factor.missing_step(request)
        return HttpResponseRedirect(step) if step else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, HashingBusy):
            return None
        response = render(request, "accounts/busy.html", status=503)
        response.headers["Retry-After"] = "2"
        return response


def _url_name(request: HttpRequest) -> str:
    return (request.resolver_match and request.resolver_match.url_name) or ""


def _needs_login(request: HttpRequest) -> bool:
    """True for the admin's own pages: without a login, the session has run out, or was ended from elsewhere."""
    match = request.resolver_match
    return bool(match and match.app_name == "admin" and match.url_name not in BEFORE_THE_FACTOR)


def _logged_out_while_writing(request: HttpRequest) -> HttpResponse | None:
    """What was sent, to be copied: it cannot be saved without a login. None when nothing of any length was sent."""
    sent = [text for name, values in request.POST.lists() if "password" not in name for text in values]
    texts = [text for text in sent if len(text) >= LONG and " " in text]
    return _page(request, "logged_out", 401, texts=texts) if texts else None


def _page(request: HttpRequest, name: str, status: int, **context: object) -> HttpResponse:
    context |= admin.site.each_context(request)
    return TemplateResponse(request, f"accounts/{name}.html", context, status=status).render()
