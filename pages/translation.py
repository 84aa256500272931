"""The fields that modeltranslation gives a column in every language: `content_fields` and the search text."""

from modeltranslation.translator import TranslationOptions, register

from nejtilbander.i18n.models import Translated
from pages.models import (
    Initiative,
    InitiativeDocument,
    Page,
    PageDocument,
    Partner,
    Signatory,
    Statement,
    StatementDocument,
    Update,
)


@register(
    [Statement, Signatory, StatementDocument, Initiative, Update, InitiativeDocument, Partner, Page, PageDocument]
)
class ContentOptions(TranslationOptions):
    fields: tuple[str, ...] = ()

    def __init__(self, model: type[Translated]) -> None:
        self.fields = (*model.content_fields, "search_text")
        super().__init__(model)
