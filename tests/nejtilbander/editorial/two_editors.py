"""Two with the same form open: what each sends, and what the second is told."""

import re

from nejtilbander.publishing import versions
from tests.support.admin import (
    form_address,
    form_of,
)
from tests.support.factories import an_initiative

PLAIN = {"accept-encoding": ""}
ALONE = "I har ikke ændret de samme felter."


def opened(browser, obj, language="da"):
    return form_of(browser.get(form_address(obj, language), headers=PLAIN).content.decode())


def send(browser, obj, fields, language="da", **changes):
    changed = {name: text if isinstance(text, list) else [text] for name, text in changes.items()}
    sent = {name: text for name, text in (fields | changed).items() if text != [None]}
    return browser.post(form_address(obj, language), sent, headers=PLAIN)


def told(answer):
    """The page that asks the second one to look, with nothing saved."""
    html = answer.content.decode()
    assert answer.status_code == 200, answer.headers
    assert "har gemt, mens du skrev. Din tekst står i felterne og er ikke gemt." in html
    return html


def save_as_shown(browser, obj, html, language="da"):
    answer = send(browser, obj, form_of(html), language)
    assert answer.status_code == 302, re.findall(r"errorlist[^>]*>(.*?)</ul>", answer.content.decode(), re.DOTALL)
    return versions.newest_version(obj).content


def an_initiative_with(*titles):
    initiative = an_initiative()
    for day, title in enumerate(titles, 1):
        initiative.updates.create(date=f"2030-01-{30 - day}", title_da=title, body_da="<p>Linje.</p>\n<p>Linje.</p>")
    return initiative


def rows_of(content):
    return [row["title_da"] for row in content["updates"]]
