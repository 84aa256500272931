"""django-modeltranslation's registration of notices."""

from modeltranslation.translator import TranslationOptions, register

from nejtilbander.notices.models import Notice


@register(Notice)
class NoticeOptions(TranslationOptions):
    fields = (*Notice.content_fields, "search_text")
