"""Contact facts: the numbers that readers are sent to."""

from pathlib import Path

import pytest

from nejtilbander.text.contact_facts import FACTS, Fact

pytestmark = pytest.mark.walk


def test_the_numbers_are_the_authorities_own():
    assert {name: fact.href for name, fact in FACTS.items() if fact.href.startswith("tel:")} == {
        "alarm": "tel:112",
        "politi": "tel:114",
        "offerraadgivning": "tel:116006",
        "boernetelefonen": "tel:116111",
    }


def test_a_fact_is_a_link_kept_left_to_right_and_external_sites_are_not_told_where_readers_come_from():
    assert FACTS["alarm"].link("alarm") == (
        '<a href="tel:112" class="alarm" aria-label="Ring 112, når der er fare"><bdi dir="ltr">112</bdi></a>'
    )
    assert Fact("a&b", "https://example.dk/").link() == (
        '<a href="https://example.dk/" rel="noreferrer"><bdi dir="ltr">a&amp;b</bdi></a>'
    )


def test_no_template_or_text_writes_a_number_itself():
    """One home for each number; 500.html is static on purpose and is checked against it here."""
    written = [*Path("templates").rglob("*.html"), *Path("pages").rglob("*.toml"), *Path("events").rglob("*.toml")]
    for file in written:
        text = file.read_text("utf-8")
        assert not any(
            number in text for number in ("tel:", "116 006", "116006", "116 111", "116111", " 112", " 114")
        ), file
    breakdown = Path("static/500.html").read_text("utf-8")
    assert {part.split('"')[0] for part in breakdown.split('href="tel:')[1:]} == {"112", "114", "116006"}
