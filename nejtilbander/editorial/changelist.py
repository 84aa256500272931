"""The admin's lists, asked for with a day that does not exist."""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList


class ContentChangeList(ChangeList):
    """Django reckons a year ahead and in UTC from whatever the address says, also past the ends of the calendar."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().__init__(*args, **kwargs)
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters from error  # the list is shown whole
