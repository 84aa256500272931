"""Taking second factors away from a login whose owner has lost them."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import transaction

from nejtilbander.accounts import letters, sessions
from nejtilbander.accounts.models import StaffLetter
from nejtilbander.audit import actor
from nejtilbander.audit.chain import append
from nejtilbander.audit.models import AuditLine


def reset_second_factor(user: User) -> int:
    """Deletes the user's passkeys, app and recovery codes, and ends all sessions. Returns how many were deleted.

    Its owner gets a letter.
    """
    with transaction.atomic():
        taken: int = Authenticator.objects.filter(user=user).delete()[0]
        sessions.end_all(user)
        letters.queue(StaffLetter.Kind.NO_FACTOR, user)
        append(AuditLine.Kind.ROLE, actor.current(), user, f"anden faktor nulstillet, {taken} taget væk")
    return taken
