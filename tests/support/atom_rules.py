"""The rules of the W3C feed validator for Atom (RFC 4287), as far as our feed has what they are about."""

import re
from datetime import datetime
from html.parser import HTMLParser
from xml.etree import ElementTree

from django.utils import timezone

ATOM, XML_LANGUAGE = "{http://www.w3.org/2005/Atom}", "{http://www.w3.org/XML/1998/namespace}lang"
FEED = {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "author": (1, 9), "subtitle": (0, 1), "link": (1, 9),
        "entry": (0, 999)}  # fmt: skip
ENTRY = {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "published": (0, 1), "summary": (0, 1), "link": (1, 9)}
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


def check(text, address, language):
    """Raises AssertionError with what is wrong in the feed found at `address`. Gives (id, updated) of each entry."""
    feed = ElementTree.fromstring(text)  # noqa: S314 - our own
    assert feed.tag == f"{ATOM}feed"
    assert feed.get(XML_LANGUAGE) == language
    _check_children(feed, FEED)
    assert all(author.findtext(f"{ATOM}name") for author in feed.iter(f"{ATOM}author"))
    links = {link.get("rel", "alternate"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == address, "self is where it was found"
    entries = [_check_entry(entry) for entry in feed.findall(f"{ATOM}entry")]
    identities = [identity for identity, *_ in entries]
    assert len(identities) == len(set(identities)), "two entries with one id"
    assert feed.findtext(f"{ATOM}id") not in identities
    if entries:
        assert _moment(feed.findtext(f"{ATOM}updated")) == max(updated for _, updated, _ in entries)
    published = [day for *_, day in entries]
    assert published == sorted(published, reverse=True)
    return [(identity, updated) for identity, updated, _ in entries]


def _check_children(element, allowed):
    names = [child.tag.removeprefix(ATOM) for child in element]
    assert set(names) <= allowed.keys()
    for name, (least, most) in allowed.items():
        assert least <= names.count(name) <= most, f"{names.count(name)} {name}"
    for name in ("id", "title"):
        assert element.findtext(f"{ATOM}{name}").strip(), f"an empty {name}"
    assert ABSOLUTE.fullmatch(element.findtext(f"{ATOM}id")), "an id is an absolute IRI"
    links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in element.findall(f"{ATOM}link")]
    assert len(links) == len(set(links)), "two links for one purpose"
    assert all(ABSOLUTE.fullmatch(link.get("href")) for link in element.findall(f"{ATOM}link"))


def _check_entry(entry):
    _check_children(entry, ENTRY)
    updated, published = (_moment(entry.findtext(f"{ATOM}{name}")) for name in ("updated", "published"))
    assert published <= updated
    assert entry.find(f"{ATOM}title").get("type", "text") == "text"
    summary = entry.find(f"{ATOM}summary")
    assert summary.get("type") == "html"
    HTMLParser().feed(summary.text or "")
    assert not re.search(r"<|&(?!\w+;|#)", summary.text or ""), "a sign that HTML takes for its own"
    return entry.findtext(f"{ATOM}id"), updated, published


def _moment(text):
    assert RFC_3339.fullmatch(text), f"no RFC 3339 date: {text}"
    moment = datetime.fromisoformat(text)
    assert moment <= timezone.now(), f"a time to come: {text}"
    return moment
