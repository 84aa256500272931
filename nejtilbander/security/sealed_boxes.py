"""Sealed boxes (libsodium), the blind index and hashes of secrets: what the database holds instead of personal data.

The process that seals has the public key only and cannot open what it has sealed. The private keys are in the keyring
(security.keyring). The threat model is docs/decisions/0007.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from nejtilbander.text import mail_addresses

JSONObject = dict[str, Any]  # as json.loads returns it


class DecryptionError(Exception):
    """A sealed box does not open with this key, or was sealed for another row."""


def seal(public_key: bytes, content: Mapping[str, object], size: int) -> bytes:
    """`content` sealed for the holder of the private key: `size` bytes of padded JSON and 48 bytes of overhead.

    All boxes of one kind have the same size, so the length reveals nothing. Raises ValueError when it does not fit.
    """
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    if len(plain) > size:
        raise ValueError(f"The content takes more than {size} bytes.")
    return bytes(SealedBox(PublicKey(public_key)).encrypt(plain.ljust(size)))


def unseal(private_key: PrivateKey, box: bytes, **expected: object) -> JSONObject:
    """The content of `box`. It must hold the `expected` values (as id=7), so that boxes cannot be swapped.

    Raises DecryptionError.
    """
    try:
        content: JSONObject = json.loads(SealedBox(private_key).decrypt(bytes(box)))
    except (CryptoError, ValueError, TypeError, RecursionError):
        raise DecryptionError("The sealed box does not open.") from None
    if not isinstance(content, dict):  # anybody can seal: what is in a box is no proof of who wrote it
        raise DecryptionError("The sealed box holds no content.")
    if any(content.get(name) != value for name, value in expected.items()):
        raise DecryptionError("The sealed box belongs elsewhere.")
    return content


def normalise_address(address: str) -> str:
    """The same form for every way to write an e-mail address (text.mail_addresses)."""
    return mail_addresses.canonical(address)


def mailbox(address: str) -> str:
    """The mailbox behind `address`: without a "+" tag, and at Gmail without dots."""
    local, _at, domain = normalise_address(address).rpartition("@")
    local = local.partition("+")[0]
    if domain in {"gmail.com", "googlemail.com"}:  # one provider, two names
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def blind_index(scope: int, address: str, purpose: str = "address") -> str:
    """A keyed hash that recognises an address within `scope` (an event's id); without INDEX_KEY it reveals nothing.

    It differs from scope to scope, so nobody can be followed from meeting to meeting. Raises ImproperlyConfigured in a
    process without INDEX_KEY.
    """
    if not settings.INDEX_KEY:
        raise ImproperlyConfigured("This process was given no INDEX_KEY: only the worker recognises an address.")
    return keyed_hash(settings.INDEX_KEY, purpose, f"{scope}:{normalise_address(address)}")


def keyed_hash(key: str, purpose: str, secret: str) -> str:
    """HMAC-SHA-256 under `key`, 43 characters of base64url. The same secret differs between purposes."""
    digest = hmac.digest(key.encode(), f"{purpose}\0{secret}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def token_hash(token: str) -> str:
    """SHA-256, 43 characters of base64url. No key: a token of 128 random bits or more cannot be guessed."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")
