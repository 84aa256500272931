"""The sections of Min side that the site has of its own. Others add theirs: nejtilbander/editorial/my_page.py."""

from datetime import datetime

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from nejtilbander.approvals import rules
from nejtilbander.approvals.actions import actions
from nejtilbander.approvals.models import Approval
from nejtilbander.editorial import my_page
from nejtilbander.editorial.desk.entries import UNPUBLISHED, Entry
from nejtilbander.editorial.my_page import Row, Section
from nejtilbander.editorial.views.base import staff_user
from nejtilbander.i18n.dates import format_short_day, format_time

MAX_RECENT = 8


def build_sections(request: HttpRequest, entries: list[Entry]) -> list[Section]:
    """What there is to do for the user, and then what has happened. A section without rows is left out."""
    user = staff_user(request)
    to_answer, asked = rules.waiting_for(user)
    sections = [
        Section("Mine kladder", _drafts(user, entries)),
        Section("Venter på mig", [*map(_approval, to_answer), *_due_reviews(request, user, entries)]),
        *my_page.registered_sections(request),
        Section("Du har bedt om et ja", [_approval(approval) for approval in asked]),
        Section("Planlagt", _planned(entries)),
        Section("Seneste ændringer", _recent(entries)),
    ]
    return [section for section in sections if section.rows]


def _by_last_save(entries: list[Entry]) -> list[tuple[datetime, Entry]]:
    """Those that somebody has saved, with when; the latest first."""
    saved = [(at, entry) for entry in entries if (at := entry.row.saved_at) and entry.row.saved_by_id]
    return sorted(saved, key=lambda pair: pair[0], reverse=True)


def _drafts(user: User, entries: list[Entry]) -> list[Row]:
    """Those whose working copy the user saved last, and nobody has published."""
    return [
        Row(entry.title, entry.url(), f"{entry.kind} · {entry.status.label} · gemt {_moment(at)}")
        for at, entry in _by_last_save(entries)
        if entry.status in UNPUBLISHED and entry.row.saved_by_id == user.pk
    ]


def _due_reviews(request: HttpRequest, user: User, entries: list[Entry]) -> list[Row]:
    """Those the user owns, and those nobody owns that the user may change."""
    rows = []
    for entry in entries:
        may_own, owner = entry.model_admin.has_full_change_permission(request), entry.row.owner_id
        if entry.is_due and (owner == user.pk or (owner is None and may_own)):
            note = f"{entry.kind} · skulle gennemgås {entry.row.review_by:%d.%m.%Y}"
            rows.append(Row(entry.title, entry.url("care" if may_own else "change"), note))
    return rows


def _approval(approval: Approval) -> Row:
    title = f"{actions[approval.action].label}, {approval.asked_by or 'driften'}"
    return Row(title, reverse("admin:approval", args=[approval.pk]), f"svar inden {_moment(approval.expires_at)}")


def _planned(entries: list[Entry]) -> list[Row]:
    planned = [(at, entry) for entry in entries if (at := entry.public_at)]
    return [
        Row(entry.title, entry.url(), f"{entry.kind} · bliver offentlig {_moment(at)}")
        for at, entry in sorted(planned, key=lambda pair: pair[0])
    ]


def _recent(entries: list[Entry]) -> list[Row]:
    return [
        Row(
            entry.title, entry.url("history"),
            f"{entry.kind} · {entry.row.saved_by} · {_moment(at)} · {entry.status.label}",
        )
        for at, entry in _by_last_save(entries)[:MAX_RECENT]
    ]  # fmt: skip


def _moment(moment: datetime) -> str:
    ago = (timezone.localdate() - timezone.localdate(moment)).days
    day = {0: "i dag", 1: "i går", -1: "i morgen"}.get(ago) or format_short_day(moment)
    return f"{day} kl. {format_time(moment)}"
