"""A row says what it is in a shell and in a log, and nothing of anybody."""

from django.apps import apps

PLAIN = {
    "KeptCounts": {"event_id": 7}, "LoginLink": {"pk": 7}, "CacheEntry": {"cache_key": "x"},
    "Approval": {"action": "login", "pk": 7}, "Recognition": {"pk": 7}, "GroupDecision": {"pk": 7},
    "SearchEntry": {"kind": "pages.page", "object_id": 7, "language": "da"},
    "WorkingCopySummary": {"kind": "pages.page", "object_id": 7},
}  # fmt: skip


def test_every_row_of_ours_that_is_not_saved_yet_has_words_for_itself():
    ours = [model for model in apps.get_models() if model.__module__.startswith(("nejtilbander.", "pages.", "events."))]
    plain = [model for model in ours if model.__name__ in PLAIN]
    assert len(plain) == len(PLAIN)
    assert all(str(model(**PLAIN[model.__name__])) for model in plain)
