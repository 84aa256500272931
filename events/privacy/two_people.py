"""Opening the contact list takes two: it has names and addresses. The door list has codes (docs/decisions/0021)."""

from django.contrib.auth.models import User
from django.utils import timezone

from events.models import Event
from nejtilbander.approvals import actions, logins
from nejtilbander.approvals.models import Approval

OPEN_LIST = "events.open_list"
CONTACT_LIST = "contact list"


def _may_decide(user: User, approval: Approval, event: Event) -> bool:
    """Whoever may open the list, and administrators: they see nothing of it, and know who asks."""
    return user.has_perm(OPEN_LIST) or user.has_perm(logins.MANAGE)


def _describe(approval: Approval, event: Event) -> list[str]:
    meeting = f"„{event.title}“ ({timezone.localtime(event.starts_at):%d.%m.%Y})"
    return [
        f"Den, der spørger, får lov at åbne listen over dem, der vil kontaktes, fra {meeting}.",
        "Der står navne og mailadresser på mennesker. Det gælder i 30 minutter fra svaret.",
        "Hver åbning bliver skrevet ned og talt for deltagerne.",
    ]


def _state(event: Event) -> list[str]:
    return [str(event.pk), event.title, event.starts_at.isoformat()]


def register() -> None:
    """Once, when the apps are ready."""
    logins.guarded_permissions.add(OPEN_LIST)
    label = "åbning af kontaktlisten"
    actions.register(actions.Action(CONTACT_LIST, label, _may_decide, _describe, _state, is_once=False))
