"""Sealed boxes, the blind index and the one-way marks of secrets: what stands in the database instead of people.

The process that seals holds public keys only; it cannot open what it sealed a moment ago. The private keys are in
the keyring (keyring.py). The threat model is docs/decisions/0007.
"""

import base64
import hashlib
import hmac
import json
import unicodedata
from typing import Any

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox


class DecryptionError(Exception):
    """A sealed content that does not open with this key, or was made for another row. It is never shown as text."""


def seal(public_key: bytes, content: dict[str, Any], size: int) -> bytes:
    """`content` for the holder of the private key alone: `size` bytes of padded JSON and 48 bytes of seal.

    Every box of one kind has the same size, so its length tells nothing. Raises ValueError when it does not fit.
    """
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    if len(plain) > size:
        raise ValueError(f"The content takes more than {size} bytes.")
    return bytes(SealedBox(PublicKey(public_key)).encrypt(plain.ljust(size)))


def unseal(private_key: PrivateKey, box: bytes, **must_be: Any) -> dict[str, Any]:
    """The content of `box`. `must_be` names what it has to say of itself, so that boxes cannot be swapped.

    Raises Unreadable.
    """
    try:
        content: dict[str, Any] = json.loads(SealedBox(private_key).decrypt(bytes(box)))
    except (CryptoError, ValueError, TypeError):
        raise DecryptionError("The sealed box does not open.") from None
    if any(content.get(name) != value for name, value in must_be.items()):
        raise DecryptionError("The sealed box belongs elsewhere.")
    return content


def normalise_address(address: str) -> str:
    """One form for every way to write one e-mail address: composed letters, lower case, no space around."""
    return unicodedata.normalize("NFC", address).strip().casefold()


def blind_index(scope: int, address: str) -> str:
    """Tells whether an address was seen within `scope` (an event's id), and nothing to who lacks INDEX_KEY.

    The same address in two scopes gives two unlike marks, so nobody can be followed from meeting to meeting.
    """
    return keyed_hash("address", f"{scope}:{normalise_address(address)}")


def keyed_hash(purpose: str, secret: str) -> str:
    """A one-way mark of 43 letters under INDEX_KEY; each purpose has marks of its own."""
    digest = hmac.digest(settings.INDEX_KEY.encode(), f"{purpose}\0{secret}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def token_hash(token: str) -> str:
    """The mark of a token of 128 random bits or more: too many to guess, so a plain hash hides it."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")
