"""Letters about requests, to ALARM_TO and to the people they concern. Written when the worker sends them."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from nejtilbander.approvals.actions import actions, subject
from nejtilbander.approvals.models import Approval, ApprovalLetter
from nejtilbander.background.outbox import deliver
from nejtilbander.text.contact_facts import write_out

LATE = timedelta(minutes=30)
SUBJECTS = {ApprovalLetter.Kind.ASKED: "Nogen beder om et ja", ApprovalLetter.Kind.DECIDED: "Svar på en anmodning"}


def send() -> int:
    """A mail queue of the worker. Returns how many were claimed."""
    letters = ApprovalLetter.objects.select_related("approval__asked_by", "approval__decided_by")
    passwords = ("approval__asked_by__password", "approval__decided_by__password")  # which the worker may not read
    return deliver(letters.defer(*passwords), render)


def late() -> list[str]:
    """A lateness check of the worker."""
    is_late = ApprovalLetter.objects.waiting().filter(created_at__lt=timezone.now() - LATE).exists()
    return ["letters: some about requests have waited more than 30 minutes"] if is_late else []


def render(letter: ApprovalLetter) -> EmailMessage | None:
    """None when there is nobody to write to, or what it was about has been deleted."""
    approval, about = letter.approval, subject(letter.approval)
    action = actions[approval.action]
    to = list(settings.ALARM_TO) if letter.is_alarm else _concerned(letter, about)
    if not to or about is None:
        return None
    asked = letter.kind == ApprovalLetter.Kind.ASKED
    said = _asked(approval) if asked else _decided(approval)
    paragraphs = [said, *action.describe(approval, about), *_advice(letter), "Venlig hilsen\nOdense Kommune\n"]
    subject_line = SUBJECTS[ApprovalLetter.Kind(letter.kind)]
    return EmailMessage(
        subject_line, "\n\n".join(["Hej", *paragraphs]), to=to, headers={"Auto-Submitted": "auto-generated"}
    )


def _concerned(letter: ApprovalLetter, about: object) -> list[str]:
    """The people it is about; the asker too when there is an answer, unless that is who it is about."""
    approval = letter.approval
    to = actions[approval.action].concerned(approval, about) if about else []
    if letter.kind == ApprovalLetter.Kind.DECIDED and approval.asked_by:
        to.append(approval.asked_by.email)
    return [address for address in dict.fromkeys(to) if address]


def _asked(approval: Approval) -> str:
    until = f"{timezone.localtime(approval.expires_at):%d.%m.%Y kl. %H.%M}"
    return f"{approval.asked_by} har bedt om det her. Det sker kun, hvis en anden siger ja inden {until}."


def _decided(approval: Approval) -> str:
    if approval.asked_by is None:
        return "Det her er gjort af driften, fra kommandolinjen på serveren."
    by = approval.decided_by.get_username() if approval.decided_by else "et login, der er slettet"
    answer = "ja" if approval.decision == Approval.Decision.APPROVED else "nej"
    reason = f" Begrundelse: {write_out(approval.reason)}" if approval.reason else ""
    return f"{approval.asked_by} bad om det her, og {by} sagde {answer}.{reason}"


def _advice(letter: ApprovalLetter) -> list[str]:
    """Not reversed by URL name: the worker process has no admin."""
    link = f"{settings.STAFF_URL}/admin/ja/{letter.approval_id}/"
    return [f"Se det her: {link}", "Undrer det dig, så sig det med det samme til it-driften. Bed om, at der siges nej."]
