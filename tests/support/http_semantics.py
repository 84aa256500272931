"""What RFC 9110 says of a GET or HEAD, written from its text alone: the tests compare the site with it.

`Ask` is the request; `whole` the response to the same request without preconditions, ranges and encodings.
"""

import re
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

PACKED = ("br", "gzip")  # the codings the site has


@dataclass(frozen=True)
class Ask:
    """A request. `headers` under their own names; one that is absent is not sent."""

    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)


def _tags(text):
    return re.findall(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")', text)


def _date(text):
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None


def status(ask, etag, modified):
    """13.2.2, for a resource that answers 200. `etag` and `modified` are its validators as sent; None: it has none."""
    weak, tag = (etag.startswith("W/"), etag.removeprefix("W/")) if etag else (True, None)
    changed = _date(modified) if modified else None
    if (listed := ask.headers.get("If-Match")) is not None:  # step 1: strong comparison
        is_strong_match = not weak and ("", tag) in _tags(listed)
        if listed.strip() != "*" and not is_strong_match:
            return 412
    elif changed and (then := _date(ask.headers.get("If-Unmodified-Since", ""))) and changed > then:  # step 2
        return 412
    if (listed := ask.headers.get("If-None-Match")) is not None:  # step 3: weak comparison
        return 304 if listed.strip() == "*" or tag in {found for _, found in _tags(listed)} else 200
    if changed and (then := _date(ask.headers.get("If-Modified-Since", ""))):  # step 4
        return 304 if changed <= then else 200
    return 200  # step 5 allows 200 whatever Range says (14.2: MAY ignore)


def weights(accepted):
    """12.5.3: the weight of each coding the site has, and of identity; 0 where it is not acceptable."""
    given = {}
    for part in filter(None, (part.strip().lower() for part in accepted.split(","))):
        name, *more = [piece.strip() for piece in part.split(";")]
        given[name] = float(more[0].removeprefix("q=")) if more else 1.0
    found = {coding: given.get(coding, given.get("*", 0.0)) for coding in PACKED}
    found["gzip"] = max(found["gzip"], given.get("x-gzip", 0.0))
    return found | {"identity": given.get("identity", given.get("*", 0.0001))}


def faults(ask, answer, whole, *, prefers=True):
    """Sentences on what RFC 9110 forbids in `answer`; none if all is well. Both have status, headers and body.

    `prefers`: the answer's coding must be one of those liked best, too; else an acceptable one is enough.
    """
    headers = {name.lower(): value for name, value in answer.headers.items()}
    usual = {name.lower(): value for name, value in whole.headers.items()}
    found = []
    due = status(ask, usual.get("etag"), usual.get("last-modified")) if whole.status == 200 else whole.status
    if answer.status != due:
        found.append(f"{answer.status} for {due}")
    if (ask.method == "HEAD" or answer.status in {304, 412}) and answer.body:
        found.append("a body (9.3.2, 15.4.5)")
    if answer.status == 304:
        kept = ("cache-control", "content-location", "etag", "expires", "vary")
        found += [f"304 without {name} (15.4.5)" for name in kept if name in usual and headers.get(name) != usual[name]]
        found += [f"304 with {name} (15.4.5)" for name in headers if name in {"content-length", "content-encoding"}]
    if answer.status == 412 and "no-store" not in headers.get("cache-control", ""):
        found.append("412 that a cache may keep instead of the page")
    if answer.status == 200 == whole.status:
        found += _about_encoding(ask, answer, headers, usual, prefers=prefers)
    return found


def _about_encoding(ask, answer, headers, usual, *, prefers):
    found, coding = [], headers.get("content-encoding", "identity")
    liked = weights(ask.headers.get("Accept-Encoding", ""))
    if coding != "identity" and not liked[coding]:
        found.append(f"{coding} is not acceptable (12.5.3)")
    is_packable = "accept-encoding" in usual.get("vary", "").lower()
    if coding != "identity" and not is_packable:
        found.append("another coding and no Vary (12.5.5)")
    if prefers and is_packable and liked[coding] < max(liked.values()):
        found.append(f"{coding} is not liked best of {liked}")
    if headers.get("etag") != usual.get("etag") or (coding != "identity" and headers.get("etag", "W/")[:2] != "W/"):
        found.append("the ETag is not weak, and not the page's (8.8.3.3)")
    if ask.method == "GET" and headers.get("content-length", str(len(answer.body))) != str(len(answer.body)):
        found.append("Content-Length (8.6)")
    if "content-range" in headers:
        found.append("a part of the page with status 200 (14.4)")
    return found
