"""State of one request to a content form, for which the hooks of Django's ModelAdmin have no parameter."""

from dataclasses import dataclass, field

from django.http import HttpRequest

from nejtilbander.editorial.forms.merge import MergeConflict
from nejtilbander.publishing.serialization import Content

ChangeMessage = str | list[dict[str, dict[str, list[str]]]]  # as LogEntry keeps it


@dataclass
class RequestState:
    """`left_out`: fields of the working copy whose unique value another object has taken (`as_working_copy`).

    `change_message`: what Django would have logged; None until the form has been saved.
    """

    conflict: MergeConflict | None = None
    left_out: Content = field(default_factory=dict)
    change_message: ChangeMessage | None = None


def state_of(request: HttpRequest) -> RequestState:
    state: RequestState = request.__dict__.setdefault("content_form_state", RequestState())
    return state
