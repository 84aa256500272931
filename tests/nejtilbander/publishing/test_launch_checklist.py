"""The launch checklist: the same list in the code and in the docs."""

import re
from pathlib import Path

from nejtilbander.publishing.launch_checklist import ITEMS


def test_the_docs_carry_the_same_list():
    text = Path("docs/before-launch.md").read_text("utf-8").partition("\n## Sætningerne til politiet\n")[0]
    sections = re.findall(r"^## (.+)\n\n((?:- .+\n)+)", text, re.MULTILINE)

    assert [(line[2:], who) for who, lines in sections for line in lines.splitlines()] == [
        (item.sentence, item.who) for item in ITEMS
    ]


def test_each_item_has_a_key_of_its_own():
    assert len({item.key for item in ITEMS}) == len(ITEMS) > 30
