"""Logins that open the list, or answer requests about it: what makes somebody one, or takes one over, takes two.

A right that is guarded stands in `guarded_permissions`; apps add their own in apps.py. The right to manage logins is
one itself, or an administrator could make a second login, make it administrator, and say yes with it.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q, QuerySet
from django.utils import timezone

from nejtilbander.approvals.actions import Action, Change, register
from nejtilbander.approvals.models import Approval
from nejtilbander.approvals.rules import NotAsShown
from nejtilbander.audit.models import AuditLine

MANAGE = "auth.change_user"
guarded_permissions = {MANAGE}
LATELY = timedelta(days=30)
TAKEN_OVER = "nyt login|gemt på ny"  # the words of audit/receivers.py
FLAGS = {"is_active": "aktivt", "is_staff": "medarbejder", "is_superuser": "må alt"}
IDENTITY = {"username": "brugernavn", "email": "mail"}


def guarded_roles() -> QuerySet[Group]:
    return Group.objects.filter(permissions__in=_guarded()).distinct()


def is_guarded(login: User) -> bool:
    """True for a superuser and for whoever holds a guarded right, also while the login is not active."""
    held = _guarded().filter(Q(group__user=login) | Q(user=login))
    return login.is_superuser or held.exists()


def _guarded() -> QuerySet[Permission]:
    codes = [name.split(".") for name in sorted(guarded_permissions)]
    any_of = Q(*(Q(content_type__app_label=app, codename=code) for app, code in codes), _connector=Q.OR)
    return Permission.objects.filter(any_of)


def hold_back(actor: User, stored: User, new: User, roles: Iterable[Group]) -> tuple[Change, list[Group]]:
    """Sets back in `new`, which is `stored` with changes, what `actor` must not change alone. Saves nothing.

    Returns what to ask for, as the change of a LOGIN request (empty: nothing), and those of `roles` that may be saved.
    """
    change: Change = {}
    was_guarded, had = is_guarded(stored), set(stored.groups.all())
    if gained := (set(roles) - had) & set(guarded_roles()):
        change["roles"] = sorted(role.name for role in gained)
    watched = [name for name in FLAGS if name == "is_superuser" or was_guarded]
    if flags := [name for name in watched if getattr(new, name) and not getattr(stored, name)]:
        change["flags"] = flags
    changed = [name for name in IDENTITY if getattr(new, name) != getattr(stored, name)]
    if changed and was_guarded and actor != stored:
        change["identity"] = {name: [getattr(stored, name), getattr(new, name)] for name in changed}
    for name in [*flags, *change.get("identity", {})]:
        setattr(new, name, getattr(stored, name))
    return change, [role for role in roles if role not in gained]


def _takes_two(actor: User, login: User) -> bool:
    """One's own password is one's own."""
    return actor != login and is_guarded(login)


def _may_decide(user: User, approval: Approval, login: User) -> bool:
    """Whoever may manage logins; a superuser where a superuser is made or changed."""
    is_over_all = login.is_superuser or "is_superuser" in approval.change.get("flags", [])
    return user.has_perm(MANAGE) and (user.is_superuser or not is_over_all)


def _state(login: User) -> dict[str, object]:
    names = [*FLAGS, *IDENTITY, "password", "first_name", "last_name"]
    roles = sorted(role.name for role in login.groups.all())
    return {name: getattr(login, name) for name in names} | {"pk": login.pk, "roles": roles}


def _concerned(approval: Approval, login: User) -> list[str]:
    """The login's address, and the one it had: whoever had the mailbox is told too."""
    old = approval.change.get("identity", {}).get("email", [])[:1]
    return [address for address in dict.fromkeys([login.email, *old]) if address]


def _summary(approval: Approval) -> str:
    """Without names and values: the audit trail's words go to the log."""
    change = approval.change
    words = [f"+ {role}" for role in change.get("roles", [])]
    words += [f"{FLAGS[name]}: ja" for name in change.get("flags", [])]
    return ", ".join([*words, *(IDENTITY[name] for name in change.get("identity", {}))])


def _describe_change(approval: Approval, login: User) -> list[str]:
    change, name = approval.change, _name(login)
    told = [f"{name} får rollen {role}." for role in change.get("roles", [])]
    flags = {
        "is_active": f"{name} bliver aktivt igen, med de roller det har.",
        "is_staff": f"{name} kan logge ind i administrationen, med de roller det har.",
        "is_superuser": f"{name} kommer til at måtte alt: også at åbne listen.",
    }
    told += [flags[flag] for flag in change.get("flags", [])]
    identity = change.get("identity", {}).items()
    told += [f"{name}: {IDENTITY[field]} ændres fra „{old}“ til „{new}“." for field, (old, new) in identity]
    return [*told, *_taken_over_lately(login)]


def _taken_over_lately(login: User) -> list[str]:
    """Whoever set its password or address may be the one who logs in with it: the role could be taken away first."""
    about = AuditLine.objects.filter(kind=AuditLine.Kind.ROLE, what="auth.user", which=str(login.pk))
    own = Q(who=login.pk) | Q(who=None)
    line = about.filter(at__gt=timezone.now() - LATELY, words__regex=TAKEN_OVER).exclude(own).first()
    if line is None:
        return []
    when = f"{timezone.localtime(line.at):%d.%m.%Y}"
    changed = "lavede loginet eller ændrede dets adgangskode, mail eller brugernavn"
    advice = "Spørg den, det tilhører, ansigt til ansigt, før du siger ja."
    return [f"Bemærk: {line.who_name} {changed} den {when}. {advice}"]


def _describe_password(approval: Approval, login: User) -> list[str]:
    return [
        f"Den, der spørger, får lov at vælge en ny adgangskode til {_name(login)}, én gang, inden for 30 minutter.",
        "Med den kan man logge ind som det login og gøre alt, hvad det må.",
    ]


def _describe_second_factor(approval: Approval, login: User) -> list[str]:
    return [
        f"Den, der spørger, får lov at fjerne den anden faktor fra {_name(login)}, én gang, inden for 30 minutter.",
        "Derefter kræver det login kun en adgangskode, til en ny faktor er sat op.",
    ]


def _name(login: User) -> str:
    full = f" ({login.get_full_name()})" if login.get_full_name() else ""
    return f"Login „{login.get_username()}“{full}"


def _apply(approval: Approval, login: User) -> None:
    """Saves the change by the model, so that the signals write their lines. Raises NotAsShown for a name now taken."""
    change = approval.change
    values = dict.fromkeys(change.get("flags", []), True)
    values |= {name: new for name, (_old, new) in change.get("identity", {}).items()}
    if User.objects.filter(username=values.get("username")).exclude(pk=login.pk).exists():
        raise NotAsShown
    for name, value in values.items():
        setattr(login, name, value)
    if values:
        login.save(update_fields=list(values))
    login.groups.add(*Group.objects.filter(name__in=change.get("roles", [])))


LOGIN, PASSWORD, SECOND_FACTOR = "login", "password", "second factor"
register(
    Action(
        LOGIN, "ændring af et login", _may_decide, _describe_change, _state, _summary, _concerned, _takes_two, _apply,
    ),
    Action(
        PASSWORD, "ny adgangskode", _may_decide, _describe_password, _state, concerned=_concerned,
        is_guarded=_takes_two,
    ),
    Action(
        SECOND_FACTOR, "fjernelse af anden faktor", _may_decide, _describe_second_factor, _state,
        concerned=_concerned, is_guarded=_takes_two,
    ),
)  # fmt: skip
