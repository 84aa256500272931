"""Restoring into an empty database, also of older and newer code.

What is refused before any database is asked is marked "walk": there the engine makes no difference.
"""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from events.letters.rendering import render_letter
from events.models import Event, Letter, Seats, Signup
from events.privacy import guest_list
from nejtilbander.audit import chain, verification
from nejtilbander.audit.models import AuditLine
from nejtilbander.background import worker
from nejtilbander.operations.backups import back_up, restore, restore_keyring
from nejtilbander.operations.dumps import BackupError
from nejtilbander.security import keyring
from nejtilbander.security.keyring import KeyNotFound
from nejtilbander.security.sealed_boxes import unseal
from tests.nejtilbander.operations.backups.driver import ANNA, manifest_of, on, refused, repacked, rows
from tests.support.factories import a_meeting, a_page


def test_every_row_comes_back_and_nobody_is_logged_in(site, folder, new_place):
    said = StringIO()
    call_command("backup", str(folder), stdout=said)
    (file,) = folder.iterdir()
    before = rows()

    assert said.getvalue() == f"Backup: {file}, {file.stat().st_size} bytes, read back and whole.\n"
    assert oct(file.stat().st_mode)[-3:] == "600"
    assert len(before) > 30
    assert Session.objects.count() == 1
    with on(new_place()):
        told = StringIO()
        call_command("restore", str(file), stdout=told)
        assert rows() == before
        assert Session.objects.count() == 0
        assert a_page("efter").pk, "numbers go on where they stopped"
        count = sum(map(len, before.values()))
        assert told.getvalue().splitlines() == [
            f"Restored {file.name} of {manifest_of(file)['made_at'][:19]}Z: {count} rows in {len(before) + 1} tables.",
            "Erased, because their time has run out: 0 lists, 0 unconfirmed sign-ups.",
        ]


def test_the_list_opens_after_restoring_with_the_keyring_and_not_without(
    backup, own_keyring, new_place, settings, tmp_path, mailoutbox
):
    by = get_user_model()(username="vagt")
    with on(new_place()):
        restore(backup)
        by.save()
        event = Event.objects.get(slug="sikret")
        settings.KEYRING_DIR = tmp_path / "another"
        with pytest.raises(KeyNotFound):
            guest_list.door_list(event, by)
        letter = Letter.objects.filter(event=event, kind="confirmed").get()
        with pytest.raises(KeyNotFound):
            render_letter(letter)

        settings.KEYRING_DIR = own_keyring
        assert [guest.seats for guest in guest_list.door_list(event, by)] == [1]
        worker.run(forever=False)
        assert ANNA in {person for sent in mailoutbox for person in sent.to}


def test_a_list_whose_time_has_run_out_since_the_backup_is_erased_before_anyone_can_read_it(
    site, folder, own_keyring, new_place
):
    event = Event.objects.get(slug="sikret")
    over = timezone.now() - timedelta(days=14, hours=3)
    key, box = event.seats.key, bytes(event.signups.first().sealed)
    Event.objects.filter(pk=event.pk).update(starts_at=over, ends_at=over + timedelta(hours=2))
    Signup.objects.create(
        event=a_meeting("kommer", key=True), position=1, state="lapsed", seats=1, day=over.date(), token_hash="x"
    )
    file = back_up(folder)

    with on(new_place()):
        assert restore(file)[1] == "Erased, because their time has run out: 1 lists, 1 unconfirmed sign-ups."
        assert not Signup.objects.exists()
        assert (event.pk, None) in Seats.objects.exclude(erased_at=None).values_list("pk", "public_key")
    with pytest.raises(KeyNotFound):
        unseal(keyring.private_key(key), box)
    assert len(list(own_keyring.glob("*.key"))) == 1


def test_the_audit_trail_comes_back_whole_and_goes_on_in_the_same_chain(site, folder, new_place):
    known = chain.append(AuditLine.Kind.LOGIN).hash
    file = back_up(folder)

    with on(new_place()):
        restore(file)
        number = verification.verify(known).lines
        added = chain.append(AuditLine.Kind.LOGOUT)
        assert verification.verify(known) == verification.Intact(number + 1, added.hash)


def test_an_older_backup_is_brought_up_to_this_code_and_a_newer_one_is_refused(site, folder, new_place):
    moves = {"verbosity": 0, "interactive": False}
    call_command("migrate", "nejtilbander", "0001", **moves)
    before = rows()
    file = back_up(folder)

    with on(new_place()):
        restore(file)
        after = rows()
        assert Event.objects.count() == len(before["events_event"])
        assert set(after) == set(before)
        assert len(after["django_migrations"]) > len(before["django_migrations"])
    with on(new_place()):
        said = refused(repacked(file, migrations=[*manifest_of(file)["migrations"], "events.9999_later"]))
        assert (
            said == "The backup is from a newer version of the site, with events.9999_later. Restore it with that one."
        )


def test_a_migration_that_fails_afterwards_is_told_and_the_rows_are_there(site, folder, new_place):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app IN ('nejtilbander', 'pages', 'events')")
    before = rows()
    file = back_up(folder)
    with on(new_place()):
        with pytest.raises(
            BackupError, match=r"^Restored .* But migrating it failed \(\w+\): run manage.py migrate\.$"
        ):
            restore(file)
        assert rows() == before


def test_a_place_that_is_not_empty_is_left_as_it_is(backup):
    assert refused(backup) == "The database is not empty. Nothing was touched."
    with pytest.raises(CommandError, match=r"^The database is not empty\. Nothing was touched\.$"):
        call_command("restore", str(backup))


@pytest.mark.walk
@pytest.mark.parametrize("role", ["public", "prepare"])
def test_a_part_without_the_keyring_restores_nothing(backup, new_place, settings, folder, role):
    settings.SITE_ROLE = role
    said = f"This needs the keyring: SITE_ROLE must be worker, staff or all, not {role}."
    with on(new_place()):
        assert refused(backup) == refused(backup, restore_keyring) == said
    with pytest.raises(CommandError, match="This needs the keyring"):
        call_command("backup", str(folder), "--keyring")
