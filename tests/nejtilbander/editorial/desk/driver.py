"""What staff see on the pages of the desk: rows, links and sections, as words and addresses."""

import html
import re

from nejtilbander.links.models import CheckedLink

OVERVIEW = "/admin/overblik/"


def page_of(browser, address):
    response = browser.get(address, headers={"accept-encoding": ""})
    assert response.status_code == 200, address
    return html.unescape(response.content.decode())


def links_in(part):
    """(words without those for screen readers, address) of each link."""
    bare = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", part)
    found = re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', bare, re.DOTALL)
    return [(re.sub(r"<[^>]+>", "", words), address) for address, words in found]


def row_of(page, title):
    """The links of one text's row in the overview, and the row itself."""
    row = re.search(rf"<tr>(?:(?!</tr>).)*{re.escape(title)}.*?</tr>", page, re.DOTALL)[0]
    return links_in(row), row


def titles_in(page):
    """The titles of the rows of the overview, or of the texts of a translator's list."""
    return re.findall(r'<(?:th scope="row"|h3)><a[^>]*>(.*?)</a>', page)


def cards_in(page):
    """(heading, [(title, address), ...]) of each section of Min side, and the notes beside."""
    cards = re.findall(r'<section class="page-card"[^>]*>\s*<h2[^>]*>(.*?)</h2>(.*?)</section>', page, re.DOTALL)
    return {title: links_in(body) for title, body in cards}


def notes_in(page, heading):
    body = re.search(rf"<h2[^>]*>{re.escape(heading)}</h2>(.*?)</section>", page, re.DOTALL)[1]
    return re.findall(r'page-note">(.*?)</span>', body)


def chips_in(page):
    """The numbers on the filters, by their words."""
    nav = re.search(r'class="page-chips">(.*?)</nav>', page, re.DOTALL)[1]
    return {words.strip(): int(number) for words, number in re.findall(r">([^<>]+)<strong>(\d+)</strong>", nav)}


def admin(obj, page="change"):
    return f"/admin/{obj._meta.app_label}/{obj._meta.model_name}/{obj.pk}/{page}/"


def dead(url, error="siden findes ikke", failures=2):
    CheckedLink.objects.create(url=url, error=error, failures=failures)
