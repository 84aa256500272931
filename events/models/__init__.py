"""The models of meetings: event and seats, sign-ups, letters, the access log."""

from events.models.access_log import AccessLogEntry
from events.models.document import EventDocument
from events.models.event import Event
from events.models.kept_counts import KeptCounts
from events.models.letter import BulkLetter, Letter
from events.models.recognition import GroupDecision, Recognition
from events.models.seats import Seats
from events.models.signup import Need, Question, Signup

__all__ = [
    "AccessLogEntry", "BulkLetter", "Event", "EventDocument", "GroupDecision", "KeptCounts", "Letter", "Need",
    "Question", "Recognition", "Seats", "Signup",
]  # fmt: skip
