"""The letters about a publication that is undone: those that wait are taken out, and whoever was told is told again."""

from django.db.models import QuerySet

from events.letters.announcements import announce_changes, is_announced
from events.models import Event, Letter, Signup
from events.models.event import LIST_WOULD_BE_LOST
from events.signups.seats import set_closed
from nejtilbander.publishing.versions import PublicationRefused

PEOPLE_ARE_COMING = (
    "Nogen har tilmeldt sig, siden mødet blev udgivet, så udgivelsen kan ikke fortrydes. Aflys mødet i stedet: "
    "Så får de en mail."
)


def letters_about(event: Event, effects: dict[str, int]) -> QuerySet[Letter]:
    """The letters that a publication wrote. `effects`: what `announcements.on_published` returned about it."""
    kinds = [Letter.Kind.CHANGED, Letter.Kind.CANCELLED]
    return Letter.objects.filter(event=event, kind__in=kinds, number=effects.get("number", 0))


def on_undone(sender: type[Event], obj: Event, before: Event, effects: dict[str, int], **kwargs: object) -> None:
    """Receiver of `actions.undone`. Raises PublicationRefused when people would lose their sign-up without a word.

    Whoever was written to, and whoever has signed up since, gets a letter that says what is true again.
    """
    if before.would_lose_list(obj.ends_at):
        raise PublicationRefused(LIST_WOULD_BE_LOST)
    if obj.public_from is None and Signup.objects.filter(event=obj).exclude(state__in=Signup.GONE).exists():
        raise PublicationRefused(PEOPLE_ARE_COMING)
    if not is_announced(obj, before):
        return
    announce_changes(obj, before, except_to=_take_out(obj, effects))
    if before.state == Event.State.CANCELLED != obj.state and not effects.get("was_closed"):
        set_closed(obj, closed=False)


def _take_out(event: Event, effects: dict[str, int]) -> set[int]:
    """Delete the letters of a publication that have not left. Returns the sign-ups that will not hear of it.

    The worker may take one at this very moment: what is still there afterwards has left, or is leaving.
    """
    waiting = letters_about(event, effects).exclude(state=Letter.State.SENT).filter(lease="")
    found = set(waiting.values_list("signup", flat=True))
    waiting.delete()
    return found - set(letters_about(event, effects).values_list("signup", flat=True))
