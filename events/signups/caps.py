"""How many of a meeting's seats one mail domain or one network may have (docs/decisions/0022). The worker's alone.

A mark is a keyed hash of a domain or a network, another one for each meeting: who holds the database reads neither.
"""

from contextlib import suppress
from functools import cache

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from publicsuffixlist import PublicSuffixList

from events.models import GroupDecision, Recognition, Seats, Signup
from events.models.signup import MAX_SEATS, SignupQuerySet
from nejtilbander.security.sealed_boxes import blind_index, normalise_address

SHARE = 10  # one place may have a tenth of the seats
# Mailboxes that anybody gets: strangers share these domains.
LARGE_PROVIDERS = {
    "gmail.com", "googlemail.com", "outlook.com", "outlook.dk", "hotmail.com", "hotmail.dk", "live.com", "live.dk",
    "msn.com", "icloud.com", "me.com", "mac.com", "yahoo.com", "yahoo.dk", "ymail.com", "proton.me", "protonmail.com",
    "pm.me", "gmx.com", "gmx.net", "gmx.de", "web.de", "aol.com", "mail.com", "fastmail.com",
    "mail.dk", "tele.dk", "tdcadsl.dk", "tdcspace.dk", "stofanet.dk", "webspeed.dk", "jubii.dk", "ofir.dk", "sol.dk",
}  # fmt: skip
FIELDS = ("domain_index", "network_index")


def registrable_domain(email: str) -> str:
    """The domain that somebody registered, in its ASCII form: sub-domains of one are one. "" without an address.

    Addresses at a bare IP address are all one: whoever has such a mail server has many.
    """
    domain = normalise_address(email).rpartition("@")[2].rstrip(".")
    if domain.startswith("["):
        return "["
    with suppress(UnicodeError):  # the form refuses those that have no ASCII form
        domain = domain.encode("idna").decode()
    return _suffixes().privatesuffix(domain) or domain


@cache
def _suffixes() -> PublicSuffixList:
    """The suffixes of registries alone: whoever hands out names under a domain of their own is one place."""
    return PublicSuffixList(only_icann=True)


def set_marks(recognition: Recognition, email: str, network: str) -> None:
    """Write the marks of an address and a network on `recognition`; no mark where no cap is."""
    domain, uncapped = registrable_domain(email), set(settings.SIGNUP_UNCAPPED)
    if domain and domain not in LARGE_PROVIDERS | uncapped:
        recognition.domain_index = blind_index(recognition.event_id, domain, purpose="domain")
    if network and network not in uncapped:
        recognition.network_index = blind_index(recognition.event_id, network, purpose="network")


def cap_of(capacity: int) -> int:
    """The seats that one mark may have of `capacity`. A family of six always gets in."""
    return max(MAX_SEATS, capacity // SHARE)


def mark_over_cap(recognition: Recognition, seats: int, *, instead_of: int = 0) -> str:
    """The mark of `recognition` that would have too many seats with `seats` more; "" when there is none.

    Counted is whatever has seats or may take some later without the worker: also who waits, and who let a hold lapse.
    `instead_of`: the sign-up that is left out, because it makes way or is the one that grows. Call it with the seats
    locked.
    """
    cap = cap_of(Seats.objects.values_list("capacity", flat=True).get(pk=recognition.event_id))
    for field in FIELDS:
        mark = getattr(recognition, field)
        if not mark:
            continue
        others = signups_of(recognition.event_id, mark).exclude(pk=instead_of)
        taken = others.aggregate(seats=Sum("seats", default=0))["seats"]
        if taken + seats > cap and not is_lifted(recognition.event_id, mark):
            return str(mark)
    return ""


def signups_of(event_id: int, mark: str) -> SignupQuerySet:
    """The sign-ups that count for `mark`."""
    return counted_signups(event_id).filter(Q(recognition__domain_index=mark) | Q(recognition__network_index=mark))


def counted_signups(event_id: int) -> SignupQuerySet:
    """The sign-ups that count for their marks: not those that left, nor those set aside.

    Duplicates count, as unknown addresses do: else one more form of the same network would tell them apart.
    """
    return Signup.objects.filter(event=event_id, recognition__over_index="").exclude(state__in=Signup.GONE)


def is_lifted(event_id: int, mark: str) -> bool:
    """True when staff have let the mark in at this meeting."""
    return lifted_marks(event_id).filter(mark=mark).exists()


def lifted_marks(event_id: int) -> QuerySet[GroupDecision]:
    """The decisions by which marks were let in, carried out or not."""
    return GroupDecision.objects.filter(event=event_id, decision=GroupDecision.Decision.LET_IN)
