"""Documents on the page of a meeting: an agenda, minutes."""

from django.db import models

from events.models.event import Event
from nejtilbander.documents.models import RELATION, Attachment


class EventDocument(Attachment):
    event = models.ForeignKey(Event, models.CASCADE, related_name=RELATION, verbose_name="stormøde")
