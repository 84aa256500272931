"""How often something was tried of late, without a trace of who tried.

Counters lie in memory that the server's processes share; nothing is written to disk. What is counted is named by a
keyed hash, and the key is made in memory and renewed every day: afterwards nobody can ask who was here.
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
ROWS = 3  # of slots; each name has one slot in each, and only a name as busy shares all three
_HEADER = struct.Struct("<II32s")  # day, hour, key
_SLOT = struct.Struct("<H")
MAX_COUNT = 65_535


class RateCounters:
    """Counts that fade at the hour. Made before the server forks, so all its workers see the same.

    Two names may by chance share a slot, so the least of a name's three counts: with one slot each, a few in every
    thousand visitors would be taken for their whole network. Two workers may count at the same moment and lose one:
    these are limits against floods, not the counting of seats.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _HEADER.size + ROWS * SLOTS * _SLOT.size)

    def add(self, kind: str, name: str = "", minutes: int = 60) -> int:
        """Count one more, and give how many there now are in this stretch of `minutes`."""
        counts = []
        for at in self._slots(kind, name, minutes):
            counts.append(min(MAX_COUNT, _SLOT.unpack_from(self._memory, at)[0] + 1))
            _SLOT.pack_into(self._memory, at, counts[-1])
        return int(min(counts))

    def count(self, kind: str, name: str = "", minutes: int = 60) -> int:
        return int(min(_SLOT.unpack_from(self._memory, at)[0] for at in self._slots(kind, name, minutes)))

    def forget(self) -> None:
        """Start again with a new key and no counts."""
        self._memory[:] = bytes(len(self._memory))

    def _slots(self, kind: str, name: str, minutes: int) -> list[int]:
        now = int(time.time())
        stretch = f"{kind}\0{name}\0{now // (minutes * 60)}".encode()
        numbers = struct.unpack(f"<{ROWS}Q", blake2b(stretch, key=self._key(now), digest_size=8 * ROWS).digest())
        return [_HEADER.size + (row * SLOTS + number % SLOTS) * _SLOT.size for row, number in enumerate(numbers)]

    def _key(self, now: int) -> bytes:
        day, hour, key = _HEADER.unpack_from(self._memory)
        today, this_hour = now // 86_400, now // 3_600
        if hour != this_hour:
            self._memory[_HEADER.size :] = bytes(ROWS * SLOTS * _SLOT.size)
            key = key if day == today and any(key) else secrets.token_bytes(32)
            _HEADER.pack_into(self._memory, 0, today, this_hour, key)
        return bytes(key)


rate_counters = RateCounters()


def client_network(request: HttpRequest) -> str:
    """The visitor's network, /24 or /56: what one household or one office shares. Never kept, only counted."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:  # the last entry is our own proxy's; what stands before it anyone may write
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2].strip()
    if address.startswith("[") or address.count(":") == 1:  # with a port
        address = address.lstrip("[").partition("]")[0] if "]" in address else address.partition(":")[0]
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    ip = getattr(ip, "ipv4_mapped", None) or ip  # how a server that listens on [::] names all of IPv4
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 56), strict=False))
