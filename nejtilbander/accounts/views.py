"""The pages of a login that allauth has not: a forgotten password, a new one from a letter, leaving everywhere."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from nejtilbander.accounts import letters, links, sessions
from nejtilbander.accounts.forms import ForgottenPasswordForm, NewPasswordForm
from nejtilbander.accounts.hashing import one_at_a_time
from nejtilbander.accounts.models import StaffLetter
from nejtilbander.audit.actor import known_to_audit
from nejtilbander.audit.chain import append
from nejtilbander.audit.models import AuditLine
from nejtilbander.security.rate_limits import client_network, rate_counters
from nejtilbander.web.decorators import has_role

MAX_LOGIN_POSTS = 60  # in ten minutes from one network, before anything is hashed or read
MAX_RESET_POSTS = 20
View = Callable[..., HttpResponseBase]


def staff_page(view: View) -> View:
    """Decorator: the admin's frame around a page of allauth's or ours, and 422 for a form with errors."""

    @has_role("staff")
    @never_cache
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse) and not response.is_rendered:
            context = response.context_data = {
                **admin.site.each_context(request), "sign_on": settings.OIDC_NAME if settings.OIDC_SERVER_URL else "",
                **(response.context_data or {}),
            }  # fmt: skip
            form = context.get("form")
            if request.method == "POST" and response.status_code == 200 and form is not None and form.errors:
                response.status_code = 422
        return response

    return inner


def limited(kind: str, maximum: int, methods: tuple[str, ...] = ("POST",)) -> Callable[[View], View]:
    """Decorator: at most `maximum` requests in ten minutes from one network, counted in memory.

    By default forms. Where asking alone makes a session, which is a row: GET too.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in methods and rate_counters.add(kind, client_network(request), 10) > maximum:
                return TemplateResponse(request, "accounts/too_many.html", status=429)
            return view(request, *args, **kwargs)

        return inner

    return decorate


def in_turn(view: View) -> View:
    """Decorator: one form at a time, before anything is read for it. Raises HashingBusy (accounts/middleware.py)."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with one_at_a_time() if request.method == "POST" else nullcontext():
            return view(request, *args, **kwargs)

    return inner


@limited("sign-on", MAX_LOGIN_POSTS, ("GET", "POST"))
def sign_on(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To the municipality's own sign-on. Raises Http404 for allauth's other uses of it, as connecting a login."""
    if request.GET.get("process", "login") != "login":
        raise Http404
    response: HttpResponseBase = openid_connect.login(request, provider_id)
    return response


@staff_page
@limited("reset", MAX_RESET_POSTS)
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Queues a letter, for a name that nobody has too: same answer, same work; the worker discards that one."""
    form = ForgottenPasswordForm(request.POST or None)
    if form.is_valid():
        letters.queue(StaffLetter.Kind.RESET, form.user())
        messages.success(request, "Er der et login med det navn, så er en mail på vej til dets ejer.")
        return HttpResponseRedirect(reverse("account_login"))
    return TemplateResponse(request, "accounts/forgotten_password.html", {"form": form, "title": "Glemt adgangskode"})


@staff_page
@sensitive_post_parameters()
@limited("new password", MAX_RESET_POSTS)
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """From a letter. The link is spent when a password is set, not when it is looked at: mail servers look too."""
    user = links.owner(token)
    if user is None:
        return TemplateResponse(request, "accounts/link_over.html", {"title": "Linket virker ikke mere"}, status=410)
    form = NewPasswordForm(user, request.POST or None)
    if form.is_valid() and (user := links.spend(token)):
        _set_password(user, form.cleaned_data["password"])
        messages.success(request, "Din adgangskode er gemt. Log ind med den.")
        return HttpResponseRedirect(reverse("account_login"))
    return TemplateResponse(request, "accounts/new_password.html", {"form": form, "title": "Vælg en adgangskode"})


def _set_password(user: User, password: str) -> None:
    """Ends all sessions of the login, and writes who did it: the owner of the letter."""
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions.end_all(user)
    append(AuditLine.Kind.ROLE, user, user, "adgangskode valgt fra et link i en mail")


@staff_page
@login_required
@require_POST
@known_to_audit
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Logs the user out everywhere, here too."""
    user = User.objects.get_by_natural_key(request.user.get_username())
    append(AuditLine.Kind.LOGOUT, user, user, "alle steder")
    sessions.end_all(user)
    messages.success(request, "Du er logget ud alle steder.")
    request.session.flush()
    return HttpResponseRedirect(reverse("account_login"))


@has_role("staff")
@login_required
@require_POST
def keep_alive(request: HttpRequest) -> HttpResponse:
    """Asked for by who writes: any request keeps the session, so this one has nothing to do."""
    return HttpResponse(status=204)
