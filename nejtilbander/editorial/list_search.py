"""The search of the lists of content: in every language, and in the words of working copies too."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from nejtilbander.publishing import summaries
from nejtilbander.text.normalization import query_words


class WorkingCopySearchMixin:
    """A ModelAdmin of a content model, whose list is searched as the search of everything is (desk/search.py)."""

    search_fields = ["pk"]  # shows the search box; `get_search_results` does not ask for them

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if words := query_words(search_term):
            return summaries.matching(queryset, words), False
        return queryset.none() if search_term.strip() else queryset, False
