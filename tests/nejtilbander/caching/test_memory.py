"""The cache in memory: rows of public pages for a second, and nothing that may be rolled back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from nejtilbander.caching import memory, tracking
from pages.models import Initiative
from tests.support.addresses import PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
# In one language of each direction; and a form carries its own ticket.
ALIKE = [one for path in PAGES if "tilmelding/" not in path for one in (path, f"/ar{path}")]


@pytest.fixture
def outside(monkeypatch):
    """Outside the transaction of each test, as readers are; and the lifetime of rows does not end within it."""
    monkeypatch.setattr(connection, "in_atomic_block", False)
    monkeypatch.setattr(memory, "ROW_LIFETIME", 3600)


def queries(reader, address):
    with CaptureQueriesContext(connection) as asked:
        reader.get(address)
    return len(asked)


@pytest.mark.parametrize(
    "address", ["/", "/udtalelse/", "/indsatser/", "/indsatser/klubhuse/", "/stormoeder/", "/hvem/"]
)
def test_a_page_of_rows_that_were_read_a_second_ago_asks_the_database_nothing(reader, outside, address):
    assert queries(reader, address) > 0
    assert queries(reader, address) == 0
    assert queries(reader, f"/ar{address}") > 0, "the rows of another language hold other words"


@pytest.mark.parametrize("address", ALIKE)
def test_a_page_of_remembered_rows_is_the_same_to_the_letter(reader, outside, address):
    assert reader.get(address).content == reader.get(address).content


def test_what_is_remembered_is_gone_when_something_changes(reader, outside):
    words = "Ny titel på forsiden"
    reader.get("/")
    Initiative.objects.filter(slug="klubhuse").update(title_da=words)
    assert words not in reader.get("/").content.decode()
    memory.clear()
    assert words in reader.get("/").content.decode()


def test_a_page_of_remembered_rows_knows_what_it_shows(reader, outside):
    found = []
    for _ in range(2):
        with tracking.record_reads() as objects:
            reader.get("/")
        found.append({kind for kind, _ in objects})
    assert found == [{"pages.page", "pages.initiative", "pages.partner", "events.event"}] * 2


def test_what_is_not_there_is_not_remembered(reader, outside):
    for _ in range(2):
        assert reader.get("/indsatser/findes-ikke/").status_code == 404
    assert not [key for key in memory._rows if "findes-ikke" in str(key)]


def test_inside_a_transaction_rows_are_asked_for_anew_and_not_remembered():
    answers = iter(["a draft", "what readers see"])
    assert [memory.cached_rows("words", lambda: next(answers)) for _ in range(2)] == ["a draft", "what readers see"]
    with translation.override("da"):
        assert memory.peek(("words", "da"), memory.PAGE_LIFETIME) is None


def test_no_more_is_remembered_than_there_is_room_for():
    for number in range(memory.MAX_ENTRIES + 5):
        memory.put(number, "words")
    assert len(memory._rows) == memory.MAX_ENTRIES
    assert memory.peek(0, memory.PAGE_LIFETIME) is None
    assert memory.peek(memory.MAX_ENTRIES, memory.PAGE_LIFETIME) == "words"


def test_what_was_asked_for_again_just_now_is_not_the_first_to_go():
    memory.put("notices", "danger")
    for number in range(memory.MAX_ENTRIES - 1):
        memory.put(number, "words")
    memory.put("notices", "danger")
    memory.put("one more", "words")
    assert memory.peek("notices", memory.PAGE_LIFETIME) == "danger"
    assert memory.peek(0, memory.PAGE_LIFETIME) is None
