"""The fields that modeltranslation gives a column in every language: `content_fields` and the search text."""

from modeltranslation.translator import TranslationOptions, register

from nejtilbander.i18n.models import Translated
from pages.models import Initiative, Page, Partner, Signatory, Statement, Update


@register([Statement, Signatory, Initiative, Update, Partner, Page])
class ContentOptions(TranslationOptions):
    fields: tuple[str, ...] = ()

    def __init__(self, model: type[Translated]) -> None:
        self.fields = (*model.content_fields, "search_text")
        super().__init__(model)
