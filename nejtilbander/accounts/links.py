"""Links that work once: to choose a password, from a letter."""

import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from nejtilbander.accounts.models import LoginLink
from nejtilbander.security.sealed_boxes import token_hash


def make(user: User, lifetime: timedelta) -> str:
    """A token for a new link. The user's earlier links, and all that have run out, stop working."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        LoginLink.objects.filter(expires_at__lte=timezone.now()).delete()
        LoginLink.objects.filter(user=user).delete()
        LoginLink.objects.create(user=user, hash=token_hash(token), expires_at=timezone.now() + lifetime)
    return token


def owner(token: str) -> User | None:
    """Whose password the token may choose; None when it has run out, was used, or never was."""
    live = LoginLink.objects.filter(hash=token_hash(token), expires_at__gt=timezone.now(), user__is_active=True)
    link = live.select_related("user").first()
    return link.user if link else None


def spend(token: str) -> User | None:
    """The same, once: of two who come at the same time, one gets None."""
    user = owner(token)
    return user if LoginLink.objects.filter(hash=token_hash(token)).delete()[0] else None
