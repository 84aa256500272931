"""The second factor: who must have one, whether this session has shown it, and whether that was just now."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from nejtilbander.accounts.forms import CodeAgainForm, PasskeyAgainForm

FRESH_SECONDS = 5 * 60
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]  # recovery codes come with one of these
SHOWN_BY_PROVIDER = "second_factor_shown_by_provider"  # in the session: of which user OpenID Connect said so
PREFIX = "confirm"  # of the fields that stand beside what was typed
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def has_factor(user: User | AnonymousUser) -> bool:
    """True when the login has a passkey or an authenticator app here."""
    return is_mfa_enabled(user, FACTORS)


def is_shown(request: HttpRequest) -> bool:
    """True when this session has shown a second factor, here or to the municipality's own sign-on.

    That the login has one is not enough: the session may be older, from the password alone.
    """
    by_provider = request.session.get(SHOWN_BY_PROVIDER, 0) == request.user.pk
    return by_provider or _last_shown_at(request) is not None


def is_fresh(request: HttpRequest) -> bool:
    """True when a second factor of this site was shown within FRESH_SECONDS."""
    at = _last_shown_at(request)
    return at is not None and time.time() - at < FRESH_SECONDS


def _last_shown_at(request: HttpRequest) -> float | None:
    """Seconds since 1970 of the last time in this session, by allauth's own records."""
    records = get_authentication_records(request, request.user)
    return max((record["at"] for record in records if record["method"] == "mfa"), default=None)


def missing_step(request: HttpRequest) -> str:
    """The address of the page a logged-in user must pass first: to show the factor, or to get one. "" for none."""
    if is_shown(request):
        return ""
    if has_factor(request.user):
        return confirm_address(request)
    return reverse("mfa_index") if settings.STAFF_SECOND_FACTOR == "required" else ""


def confirm_address(request: HttpRequest) -> str:
    """The page that asks for the second factor and leads back to this one."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    return f"{methods[0]['url']}?{urlencode({'next': request.get_full_path()})}"


def require_fresh_second_factor(view: View) -> View:
    """Decorator of a staff view: a second factor of this site was shown within FRESH_SECONDS.

    Before a form is shown, the factor is asked for. When it has become too old meanwhile, the answer to what was sent
    (422) asks for it and holds the fields; sent again with the factor, they reach the view. They are stored nowhere.
    Whoever need not have one (STAFF_SECOND_FACTOR=optional) and has none, passes.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        if not has_factor(request.user):
            may_pass = settings.STAFF_SECOND_FACTOR == "optional"
            return view(request, *args, **kwargs) if may_pass else HttpResponseRedirect(reverse("mfa_index"))
        if request.method != "POST":
            return HttpResponseRedirect(confirm_address(request))
        return _ask_again(request) or view(request, *args, **kwargs)

    return cast(View, inner)


def _ask_again(request: HttpRequest) -> HttpResponse | None:
    """The page that asks, around the fields that were sent; None when the factor came with them."""
    sent = f"{PREFIX}-code" in request.POST
    answers: dict[str, Any] = {"user": request.user, "prefix": PREFIX}
    with_code = sent and not request.POST.get(f"{PREFIX}-credential")
    form_class = CodeAgainForm if with_code else PasskeyAgainForm
    form: Form = form_class(request.POST if sent else None, **answers)
    if sent and form.is_valid():
        form.save()  # type: ignore[attr-defined]
        return None
    has_passkey = is_mfa_enabled(request.user, [Authenticator.Type.WEBAUTHN])
    context = {
        **admin.site.each_context(request), "title": "Bekræft, at det er dig", "form": form, "has_passkey": has_passkey,
        "typed": [(name, value) for name, values in request.POST.lists() for value in values if not _is_ours(name)],
        "js_data": {"request_options": begin_authentication(request.user)} if has_passkey else None,
    }  # fmt: skip
    response = TemplateResponse(request, "accounts/confirm.html", context, status=422)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_ours(name: str) -> bool:
    return name == "csrfmiddlewaretoken" or name.startswith(f"{PREFIX}-")
