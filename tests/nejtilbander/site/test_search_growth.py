"""A hundred times the content does not make a search much dearer: a ratio, measured in one run."""

import copy
import statistics

import pytest

from nejtilbander.caching import memory
from nejtilbander.publishing.search_index import SearchEntry
from pages.models import Initiative
from tests.support.factories import a_page
from tests.support.waiting import effort

TIMES = 100
MAX_GROWTH = 1.5
# A word that stands everywhere, two of them, one that is rare, a short one, one like a title's, one like no other.
ASKED = ["kommune", "odense kommune", "qwertsjælden", "og", "klubhusse", "zzzzqqqq"]


def searched(reader, query):
    """The processor time of the page, the middle of seven, as a multiple of `unit`."""

    def ask():
        memory.clear()
        return reader.get("/soeg/", {"q": query}, headers={"accept-encoding": ""})

    ask()
    return statistics.median(effort(ask)[1] for _ in range(7))


def a_hundred_times():
    """As many initiatives again and again, with their entries."""
    models = list(Initiative.objects.all())
    for number in range(TIMES - 1):
        copies = [copy.copy(model) for model in models]
        for one in copies:
            one.pk, one.slug = None, f"{one.slug[:40]}-{number}"
        created = Initiative.objects.bulk_create(copies)
        entries = SearchEntry.objects.filter(kind="pages.initiative", object_id__in=[model.pk for model in models])
        new = dict(zip([model.pk for model in models], [one.pk for one in created], strict=True))
        again = list(entries)
        for entry in again:
            entry.pk, entry.object_id = None, new[entry.object_id]
        SearchEntry.objects.bulk_create(again)


@pytest.mark.django_db
def test_a_search_among_a_hundred_times_the_content_costs_at_most_half_as_much_again(reader):
    a_page(title_da="Sjælden", body_da="<p>Qwertsjælden</p>")
    before = {query: searched(reader, query) for query in ASKED}

    a_hundred_times()
    after = {query: searched(reader, query) for query in ASKED}

    grown = {query: after[query] / before[query] for query in ASKED}
    assert {query: ratio for query, ratio in grown.items() if ratio > MAX_GROWTH} == {}
