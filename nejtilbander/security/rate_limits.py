"""Rate limits without personal data: a count-min sketch under a daily key.

The counters are in memory shared by the server's processes; nothing is written to disk. What is counted is hashed with
a key that exists only in memory and is replaced every day: after that nobody can find out who was here.
"""

import ipaddress
import mmap
import secrets
import struct
import time
from hashlib import blake2b

from django.conf import settings
from django.http import HttpRequest

SLOTS = 1 << 16
ROWS = 3  # a name has one slot in each row
_HEADER = struct.Struct("<II32s")  # day, hour, key
_SLOT = struct.Struct("<H")
MAX_COUNT = 65_535


class RateCounters:
    """A count-min sketch that is cleared every hour. Created before the server forks, so that all workers share it.

    Two names may share a slot by chance, so a name's count is the least of its three: with one slot each, a few in
    every thousand visitors would be taken for their whole network. Two workers counting at the same moment may lose one
    count: these are limits against floods, not the counting of seats.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _HEADER.size + ROWS * SLOTS * _SLOT.size)

    def add(self, kind: str, name: str = "", minutes: int = 60) -> int:
        """Adds one and returns the count of `name` in the present period of `minutes`, at most MAX_COUNT."""
        counts = []
        for offset in self._slots(kind, name, minutes):
            counts.append(min(MAX_COUNT, _SLOT.unpack_from(self._memory, offset)[0] + 1))
            _SLOT.pack_into(self._memory, offset, counts[-1])
        return int(min(counts))

    def count(self, kind: str, name: str = "", minutes: int = 60) -> int:
        return int(min(_SLOT.unpack_from(self._memory, offset)[0] for offset in self._slots(kind, name, minutes)))

    def forget(self) -> None:
        """Clears the counts and the key."""
        self._memory[:] = bytes(len(self._memory))

    def _slots(self, kind: str, name: str, minutes: int) -> list[int]:
        """The offsets in memory of the counters for `name` in the present period."""
        now = int(time.time())
        period = f"{kind}\0{name}\0{now // (minutes * 60)}".encode()
        numbers = struct.unpack(f"<{ROWS}Q", blake2b(period, key=self._key(now), digest_size=8 * ROWS).digest())
        return [_HEADER.size + (row * SLOTS + number % SLOTS) * _SLOT.size for row, number in enumerate(numbers)]

    def _key(self, now: int) -> bytes:
        """The key of the day. Clears the counts when the hour is over."""
        day, hour, key = _HEADER.unpack_from(self._memory)
        today, this_hour = now // 86_400, now // 3_600
        if hour != this_hour:
            self._memory[_HEADER.size :] = bytes(ROWS * SLOTS * _SLOT.size)
            key = key if day == today and any(key) else secrets.token_bytes(32)
            _HEADER.pack_into(self._memory, 0, today, this_hour, key)
        return bytes(key)


rate_counters = RateCounters()


# Not a visitor's: a proxy of our own, when BEHIND_PROXY was forgotten, or our own machine.
INTERNAL = [ipaddress.ip_network(network) for network in
            ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
             "::1/128", "fc00::/7", "fe80::/10")]  # fmt: skip


def client_network(request: HttpRequest) -> str:
    """The visitor's network, /24 or /56, as one household or office shares it; "unknown" without a valid address."""
    ip = client_address(request)
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 56), strict=False)) if ip else "unknown"


def client_site(request: HttpRequest) -> str:
    """The visitor's network as one provider gives it to one customer at most, /24 or /48; "" for an internal address.

    For what is kept longer than an hour, and only in a sealed box (events/signups/caps.py).
    """
    ip = client_address(request)
    if ip is None or any(ip in network for network in INTERNAL if network.version == ip.version):
        return ""
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def client_address(request: HttpRequest) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The visitor's address; None without a valid one."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:  # the last entry is our own proxy's; anyone can forge those before it
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2].strip()
    if address.startswith("[") or address.count(":") == 1:  # with a port
        address = address.lstrip("[").partition("]")[0] if "]" in address else address.partition(":")[0]
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip  # how a server that listens on [::] sees an IPv4 address
