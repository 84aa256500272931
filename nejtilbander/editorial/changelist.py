"""The changelist of the content models."""

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

from nejtilbander.publishing import versions
from nejtilbander.reviews.queues import unseen_versions


class ContentChangeList(ChangeList):
    """Each result gets `draft`: its newest version, or None; and `is_unseen`: only its writer saw what is public."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        try:
            super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        except (ValueError, OverflowError) as error:
            # `date_hierarchy` adds a year, in UTC, to whatever date the query string names, also past the calendar's
            # ends. Django answers this error with the list without filters.
            raise IncorrectLookupParameters from error

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        newest = versions.newest_versions([self.model._meta.label_lower]).defer("content")
        drafts = {draft.object_id: draft for draft in newest}
        unseen = unseen_versions(self.model._meta.label_lower)
        for obj in self.result_list:
            obj.draft = drafts.get(obj.pk)
            obj.is_unseen = (obj.pk, obj.public_version) in unseen and not obj.is_withdrawn
