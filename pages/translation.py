"""Which columns exist in every language: what each model calls its content, and its search text."""

from modeltranslation.translator import TranslationOptions, register

from pages.models import Initiative, Page, Partner, Signatory, Statement, Update


@register([Statement, Signatory, Initiative, Update, Partner, Page])
class ContentOptions(TranslationOptions):
    fields = ()

    def __init__(self, model: type) -> None:
        self.fields = (*model.content_fields, "search_text")  # type: ignore[attr-defined]
        super().__init__(model)
