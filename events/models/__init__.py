"""The models of meetings: what we arrange, who comes, and the letters about it."""

from events.models.access_log import Opening
from events.models.event import Event, Seats
from events.models.letter import Circular, Letter
from events.models.signup import Need, Question, Signup

__all__ = ["Circular", "Event", "Letter", "Need", "Opening", "Question", "Seats", "Signup"]
