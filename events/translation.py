"""The columns of a meeting that exist in every language: its content and its search text."""

from modeltranslation.translator import TranslationOptions, register

from events.models import Event, EventDocument


@register(Event)
class EventOptions(TranslationOptions):
    fields = (*Event.content_fields, "search_text")


@register(EventDocument)
class EventDocumentOptions(TranslationOptions):
    fields = (*EventDocument.content_fields, "search_text")
