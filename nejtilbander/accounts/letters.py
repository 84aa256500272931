"""Letters to staff about their logins: queued where somebody asks, written and sent by the worker.

The link is made when the letter is written. The staff process and the worker have different SECRET_KEYs, so it is no
signed one: its token is random, and its hash is stored with an end.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.utils import timezone

from nejtilbander.accounts import links
from nejtilbander.accounts.models import StaffLetter
from nejtilbander.audit.chain import append
from nejtilbander.audit.models import AuditLine
from nejtilbander.background.outbox import deliver

Kind = StaffLetter.Kind
LIFETIMES = {Kind.INVITATION: timedelta(days=3), Kind.RESET: timedelta(hours=2)}
MAX_RESETS = 5  # letters an hour to one person
TELL_AGAIN = timedelta(days=1)
CLOSING = "Venlig hilsen\nOdense Kommune\n"
SUBJECTS = {
    Kind.INVITATION: "Dit login til Odense siger NEJ TIL BANDER",
    Kind.RESET: "Vælg en ny adgangskode",
    Kind.SLOWED: "Mange forkerte adgangskoder på dit login",
    Kind.NO_FACTOR: "Din anden faktor er fjernet",
}
TEXTS = {
    Kind.INVITATION: "Du har fået et login til hjemmesiden. Dit brugernavn er {username}.\n\n"
    "Vælg din adgangskode her. Linket virker én gang, og i tre dage:\n{link}\n\n"
    "Første gang du logger ind, skal du også sætte en passkey eller en app til koder op. Det tager to minutter.",
    Kind.RESET: "Du, eller en anden, har bedt om en ny adgangskode til brugernavnet {username}.\n\n"
    "Vælg den her. Linket virker én gang, og i to timer:\n{link}\n\n"
    "Har du ikke bedt om det, så gør ingenting. Din adgangskode er den samme.",
    Kind.SLOWED: "Nogen har skrevet forkert adgangskode mange gange med brugernavnet {username}. "
    "Login med adgangskode holder nu pause i ti minutter ad gangen.\n\n"
    "Var det dig, så vent lidt, eller log ind med din passkey. Var det ikke dig, så sig det til jeres administrator.",
    Kind.NO_FACTOR: "Passkeys, app til koder og nødkoder er fjernet fra brugernavnet {username}, og du er logget ud "
    "overalt. Din adgangskode er den samme.\n\n"
    "Log ind, og sæt en ny passkey eller en app til koder op med det samme. Har du ikke bedt om det, så sig det straks "
    "til jeres administrator.",
}


def queue(kind: StaffLetter.Kind, user: User | None) -> None:
    StaffLetter.objects.create(kind=kind, user=user)


def invite(user: User) -> None:
    """Queues the letter with which the owner of a new login chooses a password."""
    queue(Kind.INVITATION, user)


def tell_of_wrong_passwords(username: str) -> None:
    """Tells the owner, and the audit trail, that logging in is slowed; once in TELL_AGAIN."""
    user = User.objects.filter(username=username, is_active=True).first()
    since = timezone.now() - TELL_AGAIN
    told = AuditLine.objects.filter(kind=AuditLine.Kind.FAILED_LOGIN, at__gt=since, words=SUBJECTS[Kind.SLOWED])
    if user and not told.filter(which=str(user.pk)).exists():
        append(AuditLine.Kind.FAILED_LOGIN, None, user, SUBJECTS[Kind.SLOWED])
        queue(Kind.SLOWED, user)


def _may_reset(user: User) -> bool:
    """Writes in the audit trail that it was asked for. False after MAX_RESETS in an hour."""
    words, hour = "ny adgangskode: bedt om et link", timezone.now() - timedelta(hours=1)
    asked = AuditLine.objects.filter(kind=AuditLine.Kind.ROLE, which=str(user.pk), words=words, at__gt=hour).count()
    if asked < MAX_RESETS:
        append(AuditLine.Kind.ROLE, None, user, words)
    return asked < MAX_RESETS


def send() -> int:
    """Sends a batch of due letters. Returns how many were claimed."""
    letters = StaffLetter.objects.select_related("user")
    return deliver(letters.defer("user__password"), write)  # which the worker may not read


def write(letter: StaffLetter) -> EmailMessage | None:
    """The message, with a link made now; None for a letter to nobody."""
    user, kind = letter.user, StaffLetter.Kind(letter.kind)
    if user is None or not user.is_active or not user.email:
        return None
    is_first_try = letter.tries <= 1
    if kind == Kind.RESET and is_first_try and not _may_reset(user):
        return None
    lifetime = LIFETIMES.get(kind)
    link = f"{settings.STAFF_URL}/admin/konto/adgangskode/{links.make(user, lifetime)}/" if lifetime else ""
    text = TEXTS[kind].format(username=user.get_username(), link=link)
    return EmailMessage(
        SUBJECTS[kind], f"Hej {user.first_name}".rstrip() + f"\n\n{text}\n\n{CLOSING}", to=[user.email],
        headers={"Auto-Submitted": "auto-generated"},
    )  # fmt: skip


def delete_sent() -> None:
    """A letter that was sent has nothing more to tell."""
    StaffLetter.objects.filter(state=StaffLetter.State.SENT).delete()


def late_work() -> list[str]:
    """What the worker is late with, one sentence."""
    return ["letters to staff: some were given up"] if StaffLetter.objects.failed().exists() else []
