"""Who is at work in this request, for the lines that are written where no request is at hand."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase

_actor: ContextVar[User | None] = ContextVar("actor", default=None)
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def current() -> User | None:
    """The logged-in user of the view that is running; None in commands and the worker."""
    return _actor.get()


def known_to_audit(view: View) -> View:
    """Decorator of a staff view: `current` is the request's user while it runs."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        token = _actor.set(request.user if isinstance(request.user, User) else None)
        try:
            return view(request, *args, **kwargs)
        finally:
            _actor.reset(token)

    return cast(View, inner)
