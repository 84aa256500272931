"""What takes two people. Apps register theirs when they are ready (apps.py): this room knows only those of logins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User

from nejtilbander.approvals.models import Approval

Change = dict[str, Any]


@dataclass(frozen=True)
class Action:
    """Something that takes two. `apply` carries it out at the yes; None: the asker does it, within USE_WITHIN.

    `may_decide`: holds that person the right to do it themselves? `describe`: sentences for whoever decides.
    `summary`: a few words for the audit trail, without names. `state`: what must not have changed between asking and
    yes. `concerned`: addresses of those it is about. `is_guarded`: does it take two for this actor and this object?
    """

    key: str
    label: str
    may_decide: Callable[[User, Approval, Any], bool]
    describe: Callable[[Approval, Any], list[str]]
    state: Callable[[Any], object]
    summary: Callable[[Approval], str] = lambda _approval: ""
    concerned: Callable[[Approval, Any], list[str]] = lambda *_: []
    is_guarded: Callable[[User, Any], bool] = lambda *_: True
    apply: Callable[[Approval, Any], None] | None = None
    is_once: bool = True


actions: dict[str, Action] = {}


def register(*new: Action) -> None:
    actions.update({action.key: action for action in new})


def subject(approval: Approval) -> Any:
    """What it is about, without a password, which the worker may not read; None when it has been deleted."""
    model = apps.get_model(approval.what)
    rows = model._base_manager.filter(pk=approval.which)
    return (rows.defer("password") if model is User else rows).first()
