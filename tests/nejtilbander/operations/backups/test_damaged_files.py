"""Files that are no backup, or not as they were made.

What is refused before any database is asked is marked "walk": there the engine makes no difference.
"""

import tarfile
from hashlib import sha256

import pytest
from django.db import connection

from nejtilbander.operations import dumps
from nejtilbander.operations.backups import restore
from nejtilbander.operations.dumps import BackupError
from tests.nejtilbander.operations.backups.driver import DAMAGED, manifest_of, on, refused, repacked


def test_one_byte_that_is_not_right_anywhere_is_noticed(backup, new_place, tmp_path):
    whole, spoiled = backup.read_bytes(), tmp_path / "spoiled.tar"
    with tarfile.open(backup) as tar:
        members = tar.getmembers()
    places = [
        place
        for one in members
        for place in (one.offset, one.offset + 124, one.offset + 148, one.offset_data, one.offset_data + one.size // 2,
                      one.offset_data + min(one.size, 64) - 1, one.offset_data + one.size - 20)
    ]  # fmt: skip
    with on(new_place()):
        for place in places:
            spoiled.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            if sha256(spoiled.read_bytes()) != sha256(whole) and not is_harmless(place, members):
                assert DAMAGED in refused(spoiled) or "which no backup of this site does" in refused(spoiled), place
        restore(backup)


def is_harmless(place, members):
    """The words after the sum, which say what it is of."""
    mark = next(one for one in members if one.name == "manifest.sha256")
    return mark.offset_data + 64 <= place < mark.offset_data + mark.size


@pytest.mark.walk
def test_a_file_that_is_cut_off_anywhere_is_refused(backup, new_place, tmp_path):
    whole, cut = backup.read_bytes(), tmp_path / "cut.tar"
    with tarfile.open(backup) as tar:
        members = tar.getmembers()
    with on(new_place()):
        for place in [0, 1, 100, *(at for one in members for at in (one.offset, one.offset_data, one.offset_data + 9))]:
            cut.write_bytes(whole[:place])
            assert refused(cut) == f"{cut} {DAMAGED}", place


@pytest.mark.walk
@pytest.mark.parametrize("what", ["a text", "nothing", "another tar", "a folder"])
def test_a_wrong_file_is_refused(what, new_place, tmp_path):
    file = tmp_path / "wrong"
    if what == "a text":
        file.write_text("Ikke en sikkerhedskopi. " * 1000)
    elif what == "another tar":
        with tarfile.open(file, "w") as tar:
            tar.add(__file__, "readme.txt")
    elif what == "a folder":
        file.mkdir()
    with on(new_place()):
        missing = f"There is no file {file}."
        assert refused(file) == (missing if what in {"nothing", "a folder"} else f"{file} {DAMAGED}")


@pytest.mark.walk
def test_a_file_that_leads_elsewhere_is_refused(backup, new_place, tmp_path):
    whole = backup.read_bytes()
    before = sorted(tmp_path.rglob("*"))
    with on(new_place()):
        for name in ("../ud", "/ud", "mappe/fil", "..", "peger"):
            backup.write_bytes(whole)
            with tarfile.open(backup, "a") as tar:
                member = tarfile.TarInfo(name)
                if name == "peger":
                    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
                tar.addfile(member)
            said = f"The file holds {name!r}, which no backup of this site does. Nothing was touched."
            assert refused(backup) == said
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.walk
def test_another_engines_backup_is_refused_with_the_way_that_works(backup, new_place):
    other = ({"sqlite", "postgresql"} - {connection.vendor}).pop()
    with on(new_place()):
        assert refused(repacked(backup, engine=other)) == (
            f"{backup} is from {other}, and this site uses {connection.vendor}. "
            "Move the texts with export_content and import_content."
        )


def test_rows_that_are_not_the_ones_counted_are_told(backup, new_place):
    counted = manifest_of(backup)["rows"]
    repacked(backup, rows=counted | {"pages_page": counted["pages_page"] + 1})
    with on(new_place()):
        with pytest.raises(BackupError, match=r"^What came out is not what the backup says it holds\."):
            restore(backup)
        assert dumps.is_empty() == (connection.vendor == "sqlite")


def test_a_database_that_breaks_off_midway_leaves_the_place_empty(backup, new_place):
    size = manifest_of(backup)["members"][dumps.FILES[connection.vendor]]["bytes"]
    repacked(backup, cut=size * 9 // 10)
    with on(new_place()):
        refused(backup)
        assert dumps.is_empty()


@pytest.mark.walk
def test_a_backup_holds_only_what_the_manifest_says(backup, new_place):
    with tarfile.open(backup, "a") as tar:
        tar.addfile(tarfile.TarInfo("mere"))
    with on(new_place()):
        assert refused(backup) == f"{backup} {DAMAGED}"
