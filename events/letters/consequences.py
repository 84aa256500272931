"""What publishing a meeting does beside changing its page: letters, notices, sign-up, and times that stay behind."""

import copy
import json
from datetime import datetime, timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone, translation

from events.hooks import SOON
from events.letters.announcements import is_announced, is_moved, kind_of_news
from events.letters.samples import announcement_samples
from events.letters.undoing import letters_about
from events.models import Event, Letter
from events.signups import staff_counts
from nejtilbander.i18n.dates import format_day, format_time
from nejtilbander.i18n.languages import SOURCE
from nejtilbander.publishing.consequences import Change, Consequence, Repair, listed

MOVED_NOTICE = (
    "Beskeden „Flyttet“ med mødets tid og sted står øverst på alle sider, til mødet begynder, dog højst i to uger."
)
# What follows a meeting only when staff move it too, as it is said of it.
FOLLOWING = {"doors_at": "dørene åbner", "signup_closes_at": "tilmeldingen lukker"}


def consequences(change: Change) -> list[Consequence]:
    """A source of `nejtilbander.publishing.consequences`: nothing, of what is no meeting."""
    before, after = change.before, change.after
    if not isinstance(before, Event) or not isinstance(after, Event):
        return []
    with translation.override(SOURCE):
        is_exact = change.user.has_perm("events.open_list")
        found = _undone_letters(change, before, is_exact=is_exact) if change.undone else []
        found += _letters(before, after, is_exact=is_exact, is_undoing=change.undone is not None)
        found += [Consequence(sentence) for sentence in [*_notice_words(change, after, before), *_signup_words(change)]]
        return [*found, *_times_left_behind(change, before, after)]


def _letters(before: Event, after: Event, *, is_exact: bool, is_undoing: bool) -> list[Consequence]:
    if not is_announced(after, before):
        return []
    if after.is_past:
        return [Consequence("Mødet er slut, så ingen får en mail.")]
    about = {
        (True, True): "om, at mødet er aflyst, og hvorfor", (True, False): "om, at mødet er aflyst",
        (False, True): "om, hvornår mødet er", (False, False): "om, hvornår mødet er",
    }[after.state == Event.State.CANCELLED, bool(after.state_reason)]  # fmt: skip
    if is_undoing:
        return [
            Consequence(
                f"De, der har fået en mail, og de, der har tilmeldt sig siden, får en ny mail {about}.",
                announcement_samples(after, kind_of_news(after)),
            )
        ]
    who = staff_counts.count_words(before, is_exact=is_exact)["notified"]
    if who == "0":
        return [Consequence("Ingen er tilmeldt med mail endnu, så ingen får en mail.")]
    told = f"De, der er tilmeldt med mail ({who}), får en mail {about}. Den kan ikke kaldes tilbage, når den er sendt."
    return [Consequence(told, announcement_samples(after, kind_of_news(after)))]


def _undone_letters(change: Change, event: Event, *, is_exact: bool) -> list[Consequence]:
    """What becomes of the letters that the undone publication wrote. Exact numbers are for those who may have them."""
    if change.undone is None or not change.undone.effects.get("number"):
        return []
    states = list(letters_about(event, change.undone.effects).values_list("state", "lease"))
    if not is_exact:
        who = staff_counts.count_words(event, is_exact=False)["notified"]
        return [
            Consequence(
                f"Udgivelsen gav mails til dem, der er tilmeldt ({who}). De, der er sendt, kan ikke kaldes tilbage. "
                "De, der venter endnu, bliver ikke sendt.",
                is_final=True,
            )
        ]
    sent = sum(state == Letter.State.SENT or lease != "" for state, lease in states)
    told = f"Mails om udgivelsen: {sent or 'ingen'} er sendt{' og kan ikke kaldes tilbage' if sent else ' endnu'}."
    kept = f" {len(states) - sent} bliver ikke sendt." if len(states) > sent else ""
    return [Consequence(told + kept, is_final=sent > 0)]


def _notice_words(change: Change, event: Event, previous: Event) -> list[str]:
    """What publishing `event` instead of `previous` does to the notices on top of every page, in sentences."""
    now = timezone.now()
    if event.ends_at <= now:
        return []
    if event.state == Event.State.CANCELLED != previous.state:
        begins = event.starts_at - SOON
        since = "" if begins <= now else f" fra {format_day(begins)}"
        return [f"Beskeden „Aflyst“ med mødets navn og dag kommer øverst på alle sider{since}, til dagen er gået."]
    words = []
    if previous.state == Event.State.CANCELLED != event.state:
        words.append("Beskeden „Aflyst“ øverst på alle sider går væk.")
    was_told = _is_told_as_moved(previous, now)
    will_be_told = _is_told_as_moved(event, now) or (change.undone is None and is_moved(event, previous, now))
    if will_be_told and event.state == Event.State.CONFIRMED:
        words.append(MOVED_NOTICE)
    elif was_told:
        words.append("Beskeden „Flyttet“ øverst på alle sider går væk.")
    return words


def _is_told_as_moved(event: Event, now: datetime) -> bool:
    """True when hooks.event_notices has it as moved."""
    is_recent = event.moved_at is not None and event.moved_at > now - SOON
    return is_recent and event.state == Event.State.CONFIRMED and event.starts_at > now


def _signup_words(change: Change) -> list[str]:
    before, after = change.before, change.after
    is_cancelled, was_cancelled = (event.state == Event.State.CANCELLED for event in (after, before))  # type: ignore[attr-defined]
    if is_cancelled and not was_cancelled:
        return ["Tilmeldingen bliver lukket."]
    if was_cancelled and not is_cancelled and change.undone:
        return ["Tilmeldingen er igen, som den var."]
    return ["Tilmeldingen er lukket, til du åbner den under Tilmelding."] if was_cancelled and not is_cancelled else []


def _times_left_behind(change: Change, before: Event, after: Event) -> list[Consequence]:
    """The times that stay while the meeting moves, with the button that moves them by as much."""
    moved = after.starts_at - before.starts_at
    left = [name for name in FOLLOWING if (at := getattr(after, name)) and at == getattr(before, name)]
    if not moved or not left or change.undone or after.state == Event.State.CANCELLED:
        return []
    when = listed([f"{FOLLOWING[name]} {_when(getattr(after, name))}" for name in left])
    sentence = f"Mødet flytter til {_when(after.starts_at)}, men det gør resten ikke: {when}."
    return [Consequence(sentence, repair=_repair(change, after, left, moved))]


def _repair(change: Change, after: Event, names: list[str], moved: timedelta) -> Repair | None:
    """None when a time would come before another that it must follow."""
    new = {name: getattr(after, name) + moved for name in names}
    opens_at, closes_at = after.signup_opens_at, new.get("signup_closes_at")
    if opens_at and closes_at and closes_at <= opens_at:
        return None
    content = copy.deepcopy(change.content)
    content["fields"] |= json.loads(json.dumps(new, cls=DjangoJSONEncoder))
    words = listed([f"{FOLLOWING[name]} {_when(at)}" for name, at in new.items()])
    return Repair("times", f"Flyt dem lige så langt: {words}", content)


def _when(moment: datetime) -> str:
    return f"{format_day(timezone.localtime(moment))} kl. {format_time(moment)}"
