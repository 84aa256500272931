"""The rule of two people: one asks, another decides, and a yes counts once, for what was shown and for a short time.

Knows no HTTP; docs/decisions/0021 says why.
To demand a second person somewhere: `requires_second_person`, then `use` in the transaction that acts, and `ask` on
NeedsApproval.
"""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from nejtilbander.approvals.actions import Change, actions, subject
from nejtilbander.approvals.models import LIFETIME, Approval, ApprovalLetter, hash_of
from nejtilbander.audit import chain
from nejtilbander.audit.models import AuditLine


class Refused(Exception):
    """A decision that does not count. Nothing was changed."""


class MayNotDecide(Refused, PermissionDenied):
    """The asker, whoever would gain by it, or somebody who may not do the thing themselves."""


class NotWaiting(Refused):
    """Answered already, or too old."""


class NotAsShown(Refused):
    """What it is about is no longer as it was when it was asked for, or when it was shown."""


class NeedsApproval(Exception):
    """There is no yes that counts: ask first."""


def requires_second_person(actor: User, action: str, about: models.Model) -> bool:
    """True when `actor` must not do `action` (a key of `actions`) to `about` without another's yes."""
    return actions[action].is_guarded(actor, about)


def ask(actor: User | None, action: str, about: models.Model, change: Change | None = None) -> Approval:
    """Stores the request, a line and the letters in one transaction. The same one that waits already is returned."""
    kind, change = actions[action], change or {}
    row = {
        "action": action, "what": about._meta.label_lower, "which": str(about.pk), "change": change, "asked_by": actor,
        "state": hash_of(kind.state(about)), "is_once": kind.is_once,
    }  # fmt: skip
    with transaction.atomic():
        mine = Approval.objects.waiting().filter(**{name: row[name] for name in row if name != "change"})
        if same := next((one for one in mine if one.change == change), None):
            return same
        approval = Approval.objects.create(**row)
        if actor:  # what is done at the host is answered at once
            _tell(approval, ApprovalLetter.Kind.ASKED)
        _line(AuditLine.Kind.ASKED, actor, approval, about)
    return approval


def may_decide(user: User, approval: Approval) -> bool:
    """False for the asker, for the login it is about, and for whoever may not do the thing themselves."""
    about, action = subject(approval), actions.get(approval.action)
    if about is None or action is None or not (user.is_active and user.is_staff):
        return False
    is_own = approval.asked_by_id in {user.pk, None} or about == user
    return not is_own and action.may_decide(user, approval, about)


def may_see(user: User, approval: Approval) -> bool:
    """The asker, the login it is about, and whoever may decide."""
    return approval.asked_by_id == user.pk or subject(approval) == user or may_decide(user, approval)


def waiting_for(user: User) -> tuple[list[Approval], list[Approval]]:
    """The requests that wait: those `user` may answer, and those `user` asked for; oldest first. One query for none."""
    waiting = list(Approval.objects.waiting().select_related("asked_by").order_by("pk"))
    return [one for one in waiting if may_decide(user, one)], [one for one in waiting if one.asked_by_id == user.pk]


def approve(user: User, pk: int, seen: str) -> Approval:
    """Says yes to the request that was shown with the fingerprint `seen`, and carries it out where that is due.

    Raises MayNotDecide, NotWaiting, NotAsShown: then nothing is changed.
    """
    with transaction.atomic():
        approval, about = _waiting(user, pk)
        action = actions[approval.action]
        if seen != approval.fingerprint() or hash_of(action.state(about)) != approval.state:
            raise NotAsShown
        _decide(approval, user, Approval.Decision.APPROVED)
        _tell(approval, ApprovalLetter.Kind.DECIDED)
        _line(AuditLine.Kind.APPROVED, user, approval, about)
        if action.apply:
            action.apply(approval, about)
            _mark_used(approval, about)
    return approval


def refuse(user: User, pk: int, reason: str) -> Approval:
    """Says no. Raises MayNotDecide or NotWaiting."""
    with transaction.atomic():
        approval, about = _waiting(user, pk)
        _decide(approval, user, Approval.Decision.REFUSED, reason)
        _tell(approval, ApprovalLetter.Kind.DECIDED)
        _line(AuditLine.Kind.REFUSED, user, approval, about)
    return approval


def usable(actor: User, action: str, about: models.Model) -> Approval | None:
    """The yes that `actor` may act on now; None when there is none."""
    state = hash_of(actions[action].state(about))
    mine = Approval.objects.usable().filter(action=action, asked_by=actor, state=state, **_named(about))
    return mine.first()


def use(actor: User, action: str, about: models.Model) -> Approval:
    """Uses a yes, in the caller's transaction: what it allows is done in the same one. Raises NeedsApproval.

    Where a yes counts once, one conditional UPDATE decides who gets it.
    """
    with transaction.atomic():
        approval = usable(actor, action, about)
        if approval is None or not _mark_used(approval, about):
            raise NeedsApproval
    return approval


def pending(actor: User, action: str, about: models.Model) -> Approval | None:
    """The newest request of `actor` that still waits for an answer."""
    return Approval.objects.waiting().filter(action=action, asked_by=actor, **_named(about)).first()


def done_at_the_host(action: str, about: models.Model, change: Change) -> Approval:
    """Carries out an action for whoever has the host's command line, with the same lines and letters."""
    with transaction.atomic():
        approval = ask(None, action, about, change)
        _decide(approval, None, Approval.Decision.APPROVED)
        _tell(approval, ApprovalLetter.Kind.DECIDED)
        apply = actions[action].apply
        if apply:
            apply(approval, about)
        _mark_used(approval, about)
    return approval


def delete_old() -> int:
    """A task of the worker: deletes the requests of 90 days ago; the audit trail keeps its lines. Returns how many."""
    return Approval.objects.filter(asked_at__lt=timezone.now() - 90 * LIFETIME).delete()[0]


def _named(about: models.Model) -> dict[str, str]:
    return {"what": about._meta.label_lower, "which": str(about.pk)}


def _waiting(user: User, pk: int) -> tuple[Approval, Any]:
    """The request, locked, and what it is about, locked too. Raises NotWaiting or MayNotDecide."""
    approval = Approval.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if approval is None or not approval.is_waiting:
        raise NotWaiting
    model = apps.get_model(approval.what)
    about = model._base_manager.select_for_update(no_key=True).filter(pk=approval.which).first()
    if about is None or not may_decide(user, approval):
        raise MayNotDecide
    return approval, about


def _decide(approval: Approval, user: User | None, decision: Approval.Decision, reason: str = "") -> None:
    """One conditional UPDATE: of two who decide at once, one does. Raises NotWaiting."""
    approval.decision, approval.decided_by = decision, user
    approval.decided_at, approval.reason = timezone.now(), reason[:500]
    changed = {name: getattr(approval, name) for name in ("decision", "decided_by", "decided_at", "reason")}
    if not Approval.objects.waiting().filter(pk=approval.pk).update(**changed):
        raise NotWaiting


def _mark_used(approval: Approval, about: models.Model) -> bool:
    """Returns False when somebody has used it meanwhile. A line is written for the first use."""
    unused = Approval.objects.filter(pk=approval.pk, used_at=None)
    approval.used_at = approval.used_at or timezone.now()
    if not unused.update(used_at=approval.used_at):
        return not approval.is_once
    _line(AuditLine.Kind.USED, approval.asked_by, approval, about)
    return True


def _tell(approval: Approval, kind: ApprovalLetter.Kind) -> None:
    for is_alarm in (True, False):
        ApprovalLetter.objects.create(approval=approval, kind=kind, is_alarm=is_alarm)


def _line(kind: AuditLine.Kind, by: User | None, approval: Approval, about: models.Model) -> None:
    action = actions[approval.action]
    words = ", ".join(part for part in (action.label, action.summary(approval)) if part)
    chain.append(kind, by, about, f"Anmodning {approval.pk}: {words}")
