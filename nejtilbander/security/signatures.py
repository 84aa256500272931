"""Ed25519 signatures by staff: what another process, or anyone with the database's login, cannot have made.

SIGNING_KEY is given to the staff process alone; the others check with VERIFY_KEY (docs/decisions/0023).
"""

import json
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

MAX_KNOWN = 4096  # answers kept in each process: a visit must not cost a verification


def may_sign() -> bool:
    """True in a process that has SIGNING_KEY."""
    return bool(settings.SIGNING_KEY)


def sign(purpose: str, *content: object) -> bytes:
    """The signature, 64 bytes, of `content` (JSON values) for one `purpose`: it is valid for no other.

    Raises ImproperlyConfigured in a process without SIGNING_KEY.
    """
    if not settings.SIGNING_KEY:
        raise ImproperlyConfigured("This process was given no SIGNING_KEY: only staff sign.")
    return SigningKey(bytes.fromhex(settings.SIGNING_KEY)).sign(_message(purpose, content)).signature


def is_signed(signature: bytes | None, purpose: str, *content: object) -> bool:
    """True when staff made `signature` for exactly this `purpose` and `content`."""
    return _verify(settings.VERIFY_KEY, _message(purpose, content), bytes(signature or b""))


def _message(purpose: str, content: tuple[object, ...]) -> bytes:
    return json.dumps([purpose, *content], sort_keys=True, separators=(",", ":")).encode()


@lru_cache(MAX_KNOWN)
def _verify(verify_key: str, message: bytes, signature: bytes) -> bool:
    try:
        VerifyKey(bytes.fromhex(verify_key)).verify(message, signature)
    except (CryptoError, ValueError):
        return False
    return True
