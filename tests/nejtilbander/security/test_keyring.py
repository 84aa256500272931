"""The keyring: private keys encrypted on disk, readable by their owner alone, and irrecoverable once destroyed."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from nacl.public import SealedBox

from nejtilbander.security import keyring
from nejtilbander.security.keyring import KeyNotFound

pytestmark = pytest.mark.walk


@pytest.fixture
def folder(settings, tmp_path):
    settings.KEYRING_DIR = tmp_path / "keyring"
    return settings.KEYRING_DIR


def mode(path):
    return oct(path.stat().st_mode)[-3:]


def key_file(folder):
    (file,) = folder.glob("*.key")
    return file


def test_a_new_key_opens_what_its_public_half_sealed(folder):
    public = keyring.create_key()

    key = keyring.private_key(public)

    assert len(public) == 32
    assert bytes(key.public_key) == public
    assert SealedBox(key).decrypt(SealedBox(key.public_key).encrypt(b"words")) == b"words"
    assert keyring.has_key(public)


def test_a_key_is_on_disk_wrapped_and_for_its_owner_alone(folder):
    public = keyring.create_key()

    private = bytes(keyring.private_key(public))
    files = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert mode(folder) == "700"
    assert sorted(Path(name).suffix for name in files) == ["", ".key"], "no drafts are left"
    assert {mode(file) for file in folder.iterdir()} == {"600"}
    assert not any(private in content or public in content for content in files.values())
    assert public.hex()[:8] not in "".join(files)


def test_each_meeting_has_a_key_of_its_own(folder):
    first, second = keyring.create_key(), keyring.create_key()

    assert first != second
    assert len(list(folder.glob("*.key"))) == 2
    assert bytes(keyring.private_key(first)) != bytes(keyring.private_key(second))


def test_a_destroyed_key_is_overwritten_and_gone_and_twice_is_no_fault(folder):
    public, other = keyring.create_key(), keyring.create_key()
    file = keyring.key_file(public)
    size = file.stat().st_size
    os.link(file, folder / "left")  # what the disk holds where the key lay

    keyring.destroy_key(public)
    keyring.destroy_key(public)

    assert not keyring.has_key(public)
    assert (folder / "left").read_bytes() == bytes(size)
    with pytest.raises(KeyNotFound, match="^The keyring does not hold this key.$"):
        keyring.private_key(public)
    assert keyring.private_key(other)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(bytes(len(file.read_bytes()))),
        lambda file: (file.parent / "salt").write_bytes(bytes(16)),
    ],
    ids=["gone", "empty", "cut off", "zeros", "another salt"],
)
def test_a_key_that_cannot_be_read_is_no_key(folder, spoil):
    public = keyring.create_key()
    spoil(key_file(folder))

    with pytest.raises(KeyNotFound, match="^The keyring does not hold this key.$"):
        keyring.private_key(public)


def test_a_copy_of_the_keyring_is_nothing_without_its_secret(folder, settings):
    public = keyring.create_key()

    settings.KEYRING_SECRET = "another-secret-only-for-tests-" + "q" * 20
    with pytest.raises(KeyNotFound, match="^The keyring does not hold this key.$"):
        keyring.private_key(public)

    settings.KEYRING_SECRET = ""
    for use in (keyring.create_key, lambda: keyring.private_key(public)):
        with pytest.raises(KeyNotFound, match="^This process was given no keyring.$"):
            use()
    assert key_file(folder)


def test_a_meeting_without_a_key_opens_nothing(folder):
    with pytest.raises(KeyNotFound):
        keyring.private_key(b"")
    assert not keyring.has_key(b"")


def test_two_processes_that_begin_a_keyring_at_once_agree_on_its_salt(folder):
    folder.mkdir(mode=0o700)
    with ThreadPoolExecutor(4) as pool:
        keys = list(pool.map(lambda _: keyring.create_key(), range(4)))

    assert all(keyring.private_key(key) for key in keys)
    assert len(list(folder.iterdir())) == 5


def test_the_first_of_two_writers_wins(folder):
    folder.mkdir(mode=0o700)
    for content in (b"first", b"second"):
        keyring.write_file(folder / "salt", content)

    assert (folder / "salt").read_bytes() == b"first"
    assert [file.name for file in folder.iterdir()] == ["salt"]


def test_a_keyring_emptied_under_a_running_process_gets_keys_the_next_process_can_open(folder):
    keyring.create_key()
    for file in folder.iterdir():
        file.unlink()

    public = keyring.create_key()

    keyring._wrapping_key.cache_clear()  # as in a process started afterwards
    assert keyring.private_key(public)
