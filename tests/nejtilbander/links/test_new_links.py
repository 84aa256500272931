"""Links that staff have just added are tried by the worker, without a word to anybody's internal network."""

import pytest

from nejtilbander.background import worker
from nejtilbander.links import new_links
from nejtilbander.links.checker import check_links, links_in_use
from nejtilbander.links.models import CheckedLink
from nejtilbander.links.new_links import NewLinks, check_new_links
from nejtilbander.links.outbound import INTERNAL
from nejtilbander.publishing import serialization, versions
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db


def a_copy_with(page, *links):
    """A saved version of `page`, which readers do not see, with these links."""
    versions.ensure_first_version(page)
    content = serialization.serialize(page)
    content["fields"]["body_da"] = " ".join(f'<p><a href="{link}">Der</a></p>' for link in links)
    return versions.save_version(page, content, None)


def test_a_new_link_is_tried_in_the_workers_next_round_and_once(stranger):
    look = NewLinks()
    look()
    page, link = a_page(), f"{stranger.address}/404"
    a_copy_with(page, link, "/hvem/", "mailto:a@example.dk", f"https://example.dk/{'x' * 500}")

    assert look() == 1
    result = CheckedLink.objects.get()
    assert (result.url, result.error, result.failures) == (link, INTERNAL, 1)
    assert stranger.asked == [], "an internal network is not asked"
    assert look() == 0


def test_after_a_restart_the_newest_texts_are_read_again_and_what_is_known_is_not_tried_again(stranger):
    a_copy_with(a_page(), f"{stranger.address}/200")

    assert (NewLinks()(), NewLinks()()) == (1, 0)


def test_a_round_has_an_end_and_the_rest_waits_for_the_next(stranger, monkeypatch):
    look = NewLinks()
    a_copy_with(a_page(), f"{stranger.address}/1", f"{stranger.address}/2")
    monkeypatch.setattr(new_links, "MAX_DURATION", 0)
    assert look() == 0
    assert len(look.waiting) == 2

    monkeypatch.undo()
    assert look() == 2


def test_the_worker_does_it():
    assert check_new_links in worker.tasks
    worker.run_tasks()


@pytest.mark.usefixtures("only_ours")
def test_the_daily_run_keeps_what_is_known_of_a_text_that_is_not_published_and_names_it_once(stranger):
    page, link = a_page(title_da="Side"), f"{stranger.address}/404"
    a_copy_with(page, link, "/xyzzy/")
    NewLinks()()

    assert links_in_use()[link] == ["side „Side“"]
    assert check_links(allow_private=True) == [f"{link}: svarer 404: siden findes ikke. Står i: side „Side“"]
    assert CheckedLink.objects.get(url="/xyzzy/").failures == 1

    page.delete()
    assert not {link, "/xyzzy/"} & set(links_in_use()), "what is deleted leads nobody anywhere"
