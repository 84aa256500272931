"""Copies of the keyring, apart from those of the database."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from events.models import Event, Seats
from events.privacy import retention
from nejtilbander.operations.backups import back_up_keyring, restore_keyring
from nejtilbander.operations.dumps import BackupError
from nejtilbander.security import keyring
from nejtilbander.security.keyring import KeyNotFound
from nejtilbander.security.sealed_boxes import unseal
from tests.nejtilbander.operations.backups.driver import on, refused, repacked
from tests.support.factories import a_meeting


def _opens(event):
    try:
        return keyring.private_key(event.seats.key)
    except KeyNotFound:
        return None


def test_keys_come_back_but_not_those_destroyed_since(site, folder, own_keyring):
    event, gone = Event.objects.get(slug="sikret"), a_meeting("glemt", key=True)
    due, deleted = a_meeting("forbi", key=True), a_meeting("fjernet", key=True)
    box = event.signups.exclude(sealed=b"").first()
    file = back_up_keyring(folder)
    assert oct(file.stat().st_mode)[-3:] == "600"
    retention.erase_list(gone)
    deleted.delete()
    over = timezone.now() - timedelta(days=20)
    Event.objects.filter(pk=due.pk).update(starts_at=over, ends_at=over + timedelta(hours=1))
    assert refused(file, restore_keyring) == f"The keyring in {own_keyring} is not empty. Nothing was touched."
    own_keyring.rename(own_keyring.with_name("lost"))
    assert not _opens(event), "and a keyring that somebody looked into has a salt, and nothing else"
    assert [one.name for one in own_keyring.iterdir()] == ["salt"]

    told = StringIO()
    call_command("restore", "--keyring", str(file), stdout=told)

    assert told.getvalue().splitlines() == [
        f"Restored {file.name}: 1 keys.", "Left out, because no list is kept for them: 3.", "Keys missing: 0.",
    ]  # fmt: skip
    assert {one.name for one in own_keyring.iterdir()} == {"salt", keyring.key_file(event.seats.key).name}
    assert {oct(one.stat().st_mode)[-3:] for one in own_keyring.iterdir()} == {"600"}
    assert unseal(keyring.private_key(event.seats.key), box.sealed, id=box.pk)["id"] == box.pk


@pytest.mark.walk
def test_an_old_keyring_is_neither_restored_nor_kept(site, folder, own_keyring):
    old = folder / f"keyring-{timezone.now() - timedelta(days=3, minutes=1):%Y%m%dT%H%M%SZ}.tar"
    young = folder / f"keyring-{timezone.now() - timedelta(days=2, hours=23):%Y%m%dT%H%M%SZ}.tar"
    for file in (old, young):
        file.touch()
    made = back_up_keyring(folder)
    assert set(folder.iterdir()) == {young, made}
    own_keyring.rename(own_keyring.with_name("lost"))

    repacked(made, made_at=(timezone.now() - timedelta(days=3, minutes=1)).isoformat())
    said = f"{made} is older than 3 days: its keys were promised to be gone. Delete it."
    assert refused(made, restore_keyring) == said
    assert not own_keyring.exists()

    old.touch()
    with pytest.raises(BackupError, match="There is no keyring in"):
        back_up_keyring(folder)
    assert not old.exists(), "an old one goes, though no new one could be made"


@pytest.mark.walk
def test_keys_that_do_not_open_are_told_when_they_are_copied_and_when_they_come_back(
    site, folder, own_keyring, settings
):
    made = back_up_keyring(folder)
    own_keyring.rename(own_keyring.with_name("lost"))
    right, settings.KEYRING_SECRET = settings.KEYRING_SECRET, "another-secret-only-for-tests-" + "q" * 20
    assert refused(made, restore_keyring) == f"KEYRING_SECRET does not open the keys in {made}. Nothing was touched."
    assert list(own_keyring.iterdir()) == []

    settings.KEYRING_SECRET = right
    restore_keyring(made)
    keyring.destroy_key(Seats.objects.get(event__slug="sikret").key)
    with pytest.raises(
        BackupError, match=r" is written, but KEYRING_SECRET opens no key in it for 1 of the meetings\.$"
    ):
        back_up_keyring(folder)


@pytest.mark.walk
def test_each_kind_of_file_goes_to_its_own_place(site, backup, folder, own_keyring, new_place):
    keys = back_up_keyring(folder)
    own_keyring.rename(own_keyring.with_name("lost"))
    with on(new_place()):
        wrong = "is of the other kind: --keyring is for the keyring, and for it alone."
        assert refused(keys) == f"{keys} {wrong}"
        assert refused(backup, restore_keyring) == f"{backup} {wrong}"
        said = "The database is empty. Restore it first: it says which keys may come back."
        assert refused(keys, restore_keyring) == said
    assert not own_keyring.exists()
