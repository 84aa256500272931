"""Receivers of Django's own signals: what staff do in the admin, their log-ins, and changes of logins and roles.

Openings of the list and planned publications are written where they happen.
"""

from collections.abc import Set as AbstractSet

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth import signals
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q

from nejtilbander.audit import actor
from nejtilbander.audit.chain import add_line, append
from nejtilbander.audit.models import AuditLine

Kind = AuditLine.Kind
KINDS = {ADDITION: Kind.ADDED, CHANGE: Kind.CHANGED, DELETION: Kind.DELETED}
FLAGS = {"is_active": "aktivt", "is_staff": "medarbejder", "is_superuser": "må alt"}
SECRETS = {"username": "brugernavn", "email": "mail", "password": "adgangskode"}  # named when changed, without a value
WATCHED = [*FLAGS, *SECRETS]
SIGNS = {"post_add": "+", "post_remove": "-", "pre_clear": "-"}


def on_admin_entry(sender: type[LogEntry], instance: LogEntry, created: bool, **kwargs: object) -> None:
    """Receiver of LogEntry's post_save: every change that staff make in the admin."""
    kind, by = KINDS[instance.action_flag], User.objects.filter(pk=instance.user_id).first()
    content_type = ContentType.objects.get_for_id(instance.content_type_id) if instance.content_type_id else None
    model = content_type.model_class() if content_type else None
    with transaction.atomic():
        if model and kind == Kind.DELETED:  # the row before the chain: its editor takes them in this order too
            model._base_manager.select_for_update().filter(pk=instance.object_id).first()
        what, which = model._meta.label_lower if model else "", str(instance.object_id or "")[:255]
        add_line(kind, by, what, which, instance.get_change_message())


def on_login(sender: object, user: User, **kwargs: object) -> None:
    append(Kind.LOGIN, user)


def on_logout(sender: object, user: User | None, **kwargs: object) -> None:
    """`user` is None when nobody was logged in."""
    if user:
        append(Kind.LOGOUT, user)


def on_failed_login(sender: object, credentials: dict[str, object], **kwargs: object) -> None:
    """About the login that was tried. A name that no login has is not written: it may be a password, or a visitor's."""
    tried = {name: credentials[name] for name in ("username", "email") if credentials.get(name)}
    user = User.objects.filter(Q(*tried.items(), _connector=Q.OR)).first() if tried else None
    append(Kind.FAILED_LOGIN, None, user, "" if user else "Et navn, som ingen har.")


def before_user_save(
    sender: type[User], instance: User, update_fields: AbstractSet[str] | None = None, **kwargs: object
) -> None:
    """Keeps what was stored, for `after_user_save` to compare with. A log-in alone (last_login) costs no query."""
    is_watched = update_fields is None or not update_fields.isdisjoint(WATCHED)
    stored = User._base_manager.filter(pk=instance.pk).values(*WATCHED).first() if is_watched and instance.pk else None
    instance.audit_before = stored  # type: ignore[attr-defined]


def after_user_save(sender: type[User], instance: User, created: bool, **kwargs: object) -> None:
    before: dict[str, object] = instance.__dict__.pop("audit_before", None) or {}
    if not created and not before:
        return
    words = ["nyt login"] if created else []
    for name, label in FLAGS.items():
        if bool(before.get(name)) != (now := getattr(instance, name)):
            words.append(f"{label}: {'ja' if now else 'nej'}")
    words += [
        f"{label} gemt på ny" for name, label in SECRETS.items() if before and before[name] != getattr(instance, name)
    ]
    if words:
        append(Kind.ROLE, actor.current(), instance, ", ".join(words))


def after_user_delete(sender: type[User], instance: User, **kwargs: object) -> None:
    append(Kind.ROLE, actor.current(), instance, "login slettet")


def on_roles_changed(
    sender: object, instance: User | Group, action: str, model: type[models.Model], pk_set: set[int] | None,
    **kwargs: object,
) -> None:  # fmt: skip
    """Receiver of m2m_changed of a user's roles and rights, and of a role's rights, from either end."""
    if action in SIGNS and (pk_set or action == "pre_clear"):
        others = model._default_manager.filter(pk__in=pk_set or [])
        words = f"{SIGNS[action]} {', '.join(sorted(map(_label, others))) or 'alle'}"
        append(Kind.ROLE, actor.current(), instance, words)


def _label(other: models.Model) -> str:
    """Of a login its number alone: words go to the log."""
    if isinstance(other, Permission):
        return f"{other.content_type.app_label}.{other.codename}"
    return other.name if isinstance(other, Group) else f"nr. {other.pk}"


def connect() -> None:
    """Once, when all apps are ready."""
    models.signals.post_save.connect(on_admin_entry, LogEntry)
    signals.user_logged_in.connect(on_login)
    signals.user_logged_out.connect(on_logout)
    signals.user_login_failed.connect(on_failed_login)
    models.signals.pre_save.connect(before_user_save, User)
    models.signals.post_save.connect(after_user_save, User)
    models.signals.post_delete.connect(after_user_delete, User)
    for field in (User.groups, User.user_permissions, Group.permissions):
        models.signals.m2m_changed.connect(on_roles_changed, field.through)
