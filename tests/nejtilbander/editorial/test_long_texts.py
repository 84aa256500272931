"""Texts that are as long as they may be, or longer."""

from urllib.parse import urlencode

import pytest

from nejtilbander.publishing import versions
from nejtilbander.text import prose
from tests.support.admin import edit, form_address, form_of
from tests.support.factories import a_page
from tests.support.waiting import effort

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["da", "ar"])
def test_a_megabyte_of_text_ends_in_a_sentence_at_its_field_with_all_that_was_typed(staff, language):
    page = a_page("lang", title_da="Før")
    fields = form_of(staff.get(form_address(page, language)).content.decode())
    text = "<p>{}</p>".format({"da": "Vi står sammen. ", "ar": "نقف معا ضدهم. "}[language] * 70_000)
    typed = urlencode(fields | {f"title_{language}": "Andet", f"body_{language}": text}, doseq=True)
    assert len(text) > 900_000

    answer = staff.post(form_address(page, language), typed, content_type="application/x-www-form-urlencoded")
    html = answer.content.decode()

    size = f"{len(text):,}".replace(",", ".")
    told = f"Teksten er for lang. Den fylder {size} tegn og må højst fylde 100.000. Kort den ned, eller del den over"
    assert answer.status_code == 200
    assert told in html.partition(f"field-body_{language}")[2].partition("<textarea")[0]
    assert form_of(html)[f"body_{language}"] == [text]
    assert form_of(html)[f"title_{language}"] == ["Andet"]
    page.refresh_from_db()
    assert (page.title_da, versions.versions_of(page).filter(number__gt=1).count()) == ("Før", 0)


def test_a_text_as_long_as_it_may_be_is_saved_published_and_compared_at_once(staff, reader):
    page = a_page("lige-lang")
    lines = [f"<p>Linje nummer {number} om hvad vi gør sammen i byen.</p>" for number in range(1_000, 2_750)]
    before, after = "".join(lines), "".join([*lines[:900], "<p>Noget helt nyt.</p>", *lines[900:]])
    assert 90_000 < len(after) <= prose.MAX_LENGTH
    edit(staff, page, body_da=before)

    _, units = effort(lambda: edit(staff, page, body_da=after))

    assert units < 1000, "about 30"
    assert "Noget helt nyt." in reader.get("/lige-lang/", headers={"accept-encoding": ""}).content.decode()


def test_more_than_the_site_takes_in_is_answered_with_what_to_do(staff):
    page = a_page("for-meget", title_da="Før")
    sent = staff.post(
        form_address(page), b"body_da=" + b"x" * 10_000_000, content_type="application/x-www-form-urlencoded",
        headers={"accept-encoding": ""},
    )  # fmt: skip

    assert sent.status_code == 413
    assert "<h1>Det er for meget på én gang</h1>" in sent.content.decode()
    assert "Der er ikke gemt noget. Alt i formularen må tilsammen højst fylde 10 MB" in sent.content.decode()
    page.refresh_from_db()
    assert page.title_da == "Før"
