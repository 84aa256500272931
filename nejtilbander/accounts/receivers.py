"""Receivers of the signals of Django and allauth: the session's clocks, and lines of the audit trail."""

from collections.abc import Set as AbstractSet

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import user_logged_in as allauth_logged_in
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import pre_save
from django.http import HttpRequest

from nejtilbander.accounts import openid, sessions
from nejtilbander.accounts.models import LoginLink
from nejtilbander.audit.chain import append
from nejtilbander.audit.models import AuditLine

Kind, Type = AuditLine.Kind, Authenticator.Type
NAMES = {Type.WEBAUTHN: "passkey", Type.TOTP: "app til koder", Type.RECOVERY_CODES: "nødkoder"}


def on_login(sender: object, request: HttpRequest, **kwargs: object) -> None:
    sessions.begin(request.session)
    sessions.delete_expired()


def on_added(sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: object) -> None:
    """Whoever has just set a factor up has shown it."""
    append(Kind.ROLE, user, user, f"+ {NAMES[Type(authenticator.type)]}")
    if authenticator.type != Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)


def on_removed(sender: object, user: User, authenticator: Authenticator, **kwargs: object) -> None:
    append(Kind.ROLE, user, user, f"- {NAMES[Type(authenticator.type)]}")


def on_reset(sender: object, user: User, authenticator: Authenticator, **kwargs: object) -> None:
    append(Kind.ROLE, user, user, f"nye {NAMES[Type(authenticator.type)]}")


def on_used(sender: object, user: User, authenticator: Authenticator, **kwargs: object) -> None:
    """A log-in is a line already; a recovery code is one more: somebody may have lost a phone, or the codes."""
    if authenticator.type == Type.RECOVERY_CODES:
        append(Kind.LOGIN, user, user, "med en nødkode")


def before_user_save(
    sender: type[User], instance: User, update_fields: AbstractSet[str] | None = None, **kwargs: object
) -> None:
    """A link to choose a password is over once there is another password, or another mailbox than it went to."""
    if instance.pk and (update_fields is None or not update_fields.isdisjoint({"email", "password"})):
        same = {"user__email": instance.email, "user__password": instance.password}
        LoginLink.objects.filter(user=instance.pk).exclude(**same).delete()


def on_failed(sender: object, user: User, authenticator: Authenticator, **kwargs: object) -> None:
    append(Kind.FAILED_LOGIN, None, user, f"forkert: {NAMES[Type(authenticator.type)]}")


def connect() -> None:
    """Once, when all apps are ready."""
    pre_save.connect(before_user_save, User)
    user_logged_in.connect(on_login)
    allauth_logged_in.connect(openid.on_login)
    signals.authenticator_added.connect(on_added)
    signals.authenticator_removed.connect(on_removed)
    signals.authenticator_reset.connect(on_reset)
    signals.authenticator_used.connect(on_used)
    signals.authentication_failed.connect(on_failed)
