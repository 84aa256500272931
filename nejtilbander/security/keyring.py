"""The keyring: private keys outside the database, each in an encrypted file of its own in KEYRING_DIR.

Only the worker and the staff process have KEYRING_SECRET. Destroying a key makes everything sealed with it unreadable
for ever, in every old backup too.
"""

import hashlib
import os
import secrets
from functools import cache
from pathlib import Path

from django.conf import settings
from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey
from nacl.secret import SecretBox
from nacl.utils import EncryptedMessage


class KeyNotFound(Exception):
    """The keyring has no such key, or cannot be opened with KEYRING_SECRET."""


def create_key() -> bytes:
    """Creates a key pair and returns the public key, 32 bytes. The private key is on disk before this returns."""
    key = PrivateKey.generate()
    public = bytes(key.public_key)
    write_file(key_file(public), _secret_box().encrypt(bytes(key)))
    return public


def private_key(public_key: bytes) -> PrivateKey:
    """The private key of `public_key`. Raises KeyNotFound."""
    try:
        return PrivateKey(_secret_box().decrypt(key_file(bytes(public_key)).read_bytes()))
    except (OSError, CryptoError, ValueError):
        raise KeyNotFound("The keyring does not hold this key.") from None


def destroy_key(public_key: bytes) -> None:
    """Overwrites and deletes the private key of `public_key`. Does nothing when there is none."""
    file = key_file(bytes(public_key))
    if not file.exists():
        return
    with file.open("r+b") as old:
        old.write(bytes(file.stat().st_size))
        os.fsync(old.fileno())
    file.unlink(missing_ok=True)
    sync_folder(file.parent)


def has_key(public_key: bytes) -> bool:
    """True when there is a file of it, which another KEYRING_SECRET may have sealed: see `opens_key`."""
    return key_file(bytes(public_key)).exists()


def opens_key(public_key: bytes) -> bool:
    """True when this process can open the private key of `public_key`."""
    try:
        private_key(public_key)
    except KeyNotFound:
        return False
    return True


def key_file(public_key: bytes) -> Path:
    """The path of the private key's file, whether it exists or not."""
    return Path(settings.KEYRING_DIR) / f"{hashlib.sha256(public_key).hexdigest()[:32]}.key"


def _secret_box() -> SecretBox:
    """Encrypts and decrypts the key files. Raises KeyNotFound in a process without KEYRING_SECRET."""
    if not settings.KEYRING_SECRET:
        raise KeyNotFound("This process was given no keyring.")
    return SecretBox(_wrapping_key(_salt(Path(settings.KEYRING_DIR)), settings.KEYRING_SECRET))


def _salt(folder: Path) -> bytes:
    """The salt of this keyring, created if missing. Not cached: a folder emptied or restored since has another."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    salt = folder / "salt"
    if not salt.exists():
        write_file(salt, secrets.token_bytes(pwhash.argon2id.SALTBYTES))
    return salt.read_bytes()


@cache
def _wrapping_key(salt: bytes, secret: str) -> bytes:
    """Argon2id of the secret. It takes 0.1 s and 64 MiB, so once in each process."""
    return pwhash.argon2id.kdf(
        SecretBox.KEY_SIZE,
        secret.encode(),
        salt,
        opslimit=pwhash.argon2id.OPSLIMIT_INTERACTIVE,
        memlimit=pwhash.argon2id.MEMLIMIT_INTERACTIVE,
    )


def write_file(file: Path, content: bytes | EncryptedMessage) -> None:
    """Creates `file` atomically and durably (fsync), readable by its owner alone. The first of two writers wins."""
    draft = file.with_name(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as new:
        new.write(content)
        new.flush()
        os.fsync(new.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Makes the creation and deletion of files in `folder` durable (fsync)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
