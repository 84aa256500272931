"""The chain of the audit trail: what is done to it below the models is found and named."""

import hashlib
import json
import subprocess
import sys
from datetime import UTC, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from nejtilbander.audit import chain
from nejtilbander.audit.models import ORIGIN, AppendOnly, AuditLine
from tests.nejtilbander.audit.driver import lines, made_anew, sql, swapped, verified
from tests.support.live_server import ROOT, environment, manage
from tests.support.waiting import patience

NOT_FOLDED = ", and no line says that it was time."
CROWD = """
import django, json, sys; django.setup()
from tests.support import audit_crowd
print(json.dumps(audit_crowd.run(**json.loads(sys.argv[1]))))
"""
database = pytest.mark.django_db


@database
def test_a_line_carries_the_hash_of_all_that_it_says_and_of_the_line_before():
    by = User(pk=7, username="åse")
    first, second = chain.append(AuditLine.Kind.LOGIN, by), chain.append(AuditLine.Kind.CHANGED, by, by, "Ændret „æ“")

    stored = AuditLine.objects.get(number=2)
    said = {
        "at": second.at.astimezone(UTC).isoformat(timespec="microseconds"), "kind": "changed", "name": "åse",
        "number": 2, "previous": first.hash, "what": "auth.user", "which": "7", "who": 7, "words": "Ændret „æ“",
    }  # fmt: skip
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert stored.hash == hashlib.sha256(canonical.encode()).hexdigest()
    assert (first.number, first.previous) == (1, ORIGIN)
    assert verified() == f"intact, 2 lines, last hash {second.hash}"


@database
def test_an_empty_chain_is_intact():
    assert verified() == f"intact, 0 lines, last hash {ORIGIN}"


@database
@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (lambda: sql("UPDATE {table} SET words = 'andet' WHERE number = 3"), "Line 3 was changed."),
        (lambda: sql("UPDATE {table} SET who = 9 WHERE number = 6"), "Line 6 was changed."),
        (lambda: sql("UPDATE {table} SET at = '2020-01-01 00:00:00+00:00' WHERE number = 1"), "Line 1 was changed."),
        (
            lambda: made_anew(3, "andet"),
            "Line 3 was changed, and its hash made anew: line 4 follows another.",
        ),
        (lambda: sql("DELETE FROM {table} WHERE number = 3"), "Line 3 was removed."),
        (lambda: sql("DELETE FROM {table} WHERE number IN (3, 4)"), "Lines 3 to 4 were removed."),
        (lambda: sql("DELETE FROM {table} WHERE number < 3"), f"Lines 1 to 2 were removed{NOT_FOLDED}"),
        (lambda: swapped(3, 4), "Line 3 is not in its place: lines were reordered."),
        (lambda: swapped(1, 6), "Line 1 is not in its place: lines were reordered."),
    ],
)  # fmt: skip
def test_each_tampering_is_found_and_named(tamper, said):
    lines(6)
    tamper()
    assert verified() == f"exit 1: {said}"


@database
def test_lines_that_were_closed_up_after_one_was_removed_are_found():
    lines(6)
    sql("DELETE FROM {table} WHERE number = 3")
    for number in (4, 5, 6):
        sql("UPDATE {table} SET number = %s WHERE number = %s", number - 1, number)

    assert verified() == (
        "exit 1: Line 3 does not follow what is before it: lines between them were removed, and the rest renumbered."
    )


@database
def test_what_was_removed_at_the_end_shows_to_whoever_knows_a_hash():
    *_others, known = lines(6)
    assert verified(known.hash) == verified() == f"intact, 6 lines, last hash {known.hash}"

    sql("DELETE FROM {table} WHERE number > 4")

    assert verified().startswith("intact, 4 lines")
    missing = f"exit 1: No line has the hash {known.hash}: lines at the end were removed, or all were made anew."
    assert verified(known.hash) == missing
    assert verified(f" {known.hash.upper()}\n") == missing, "as it is copied from a letter"


@database
def test_a_chain_that_was_made_anew_from_its_beginning_shows_to_whoever_knows_a_hash():
    known = lines(3)[-1].hash
    sql("DELETE FROM {table}")
    for words in ("nr. 1", "noget andet", "nr. 3"):
        chain.append(AuditLine.Kind.CHANGED, words=words)

    assert verified().startswith("intact, 3 lines")
    assert verified(known).startswith(f"exit 1: No line has the hash {known}")


@database
@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.save(),
        lambda line: line.save(update_fields=["words"]),
        lambda line: line.delete(),
        lambda _: AuditLine.objects.update(words=""),
        lambda _: AuditLine.objects.filter(pk=1).delete(),
        lambda line: AuditLine.objects.bulk_update([line], ["words"]),
        lambda line: AuditLine.objects.bulk_create([line]),
        lambda _: AuditLine._base_manager.all().delete(),
        lambda _: AuditLine.objects.update_or_create(number=1, defaults={"words": ""}),
    ],
)
def test_no_model_changes_or_deletes_a_line(change):
    [line] = lines(1)
    with pytest.raises(AppendOnly):
        change(AuditLine.objects.get(pk=line.pk))
    assert verified() == f"intact, 1 lines, last hash {line.hash}"


@database
def test_after_two_years_lines_go_and_one_line_says_so(monkeypatch):
    now = timezone.now()
    ages = [800, 750, 700, 1]
    for days in ages:
        monkeypatch.setattr(timezone, "now", lambda days=days: now - timedelta(days=days))
        lines(1)
    monkeypatch.setattr(timezone, "now", lambda: now)
    last_old = AuditLine.objects.get(number=2)

    assert (chain.fold_old(), chain.fold_old()) == (2, 0)

    assert list(AuditLine.objects.order_by("number").values_list("number", flat=True)) == [3, 4, 5]
    folded = chain.last_line()
    assert (folded.kind, folded.which, folded.words) == ("folded", "2", last_old.hash)
    assert verified() == f"intact, 3 lines, last hash {folded.hash}"

    sql("DELETE FROM {table} WHERE number = 3")
    assert verified() == f"exit 1: Lines 1 to 3 were removed{NOT_FOLDED}"


@database
def test_when_every_line_is_old_the_one_that_says_so_is_left(monkeypatch):
    last = lines(3)[-1]
    later = timezone.now() + chain.KEPT + chain.SLACK + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert chain.fold_old() == 3
    assert verified() == f"intact, 1 lines, last hash {chain.last_line().hash}"
    assert chain.last_line().previous == last.hash


@database
def test_where_lines_are_missing_nothing_is_folded_over_the_gap(monkeypatch):
    now = timezone.now()
    for days in [800, 799, 1]:
        monkeypatch.setattr(timezone, "now", lambda days=days: now - timedelta(days=days))
        lines(1)
    monkeypatch.setattr(timezone, "now", lambda: now)
    sql("DELETE FROM {table} WHERE number = 2")

    assert chain.fold_old() == 0
    assert verified() == "exit 1: Line 2 was removed."


@pytest.fixture
def own_site(settings_of_a_site):
    if "postgres" in settings_of_a_site["DATABASE_URL"]:
        manage(settings_of_a_site, "migrate", "-v", "0")
    return settings_of_a_site


def run_crowd(settings, **how):
    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", CROWD, json.dumps(how)], cwd=ROOT, capture_output=True, text=True,
        env=settings | {"DJANGO_SETTINGS_MODULE": "nejtilbander.settings"}, timeout=patience(30), check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-3000:]
    return json.loads(process.stdout)


def checked(settings, *more):
    command = [sys.executable, "manage.py", "verify_audit", *more]
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.process
def test_eight_who_write_at_once_make_one_chain(own_site):
    said = run_crowd(own_site, writers=8, each=25, is_guarded=True)

    assert said["errors"] == []
    assert checked(own_site) == (0, f"intact, 200 lines, last hash {said['last']}\n")
    assert checked(own_site, "--contains", said["last"])[0] == 0
    assert checked(own_site, "--contains", "f" * 64)[0] == 1


@pytest.mark.process
@pytest.mark.postgres
def test_without_the_lock_the_same_eight_trip_over_each_other(tmp_path, postgres_database):
    """On SQLite the transaction itself is the lock."""
    settings = environment(tmp_path, DATABASE_URL=postgres_database)
    manage(settings, "migrate", "-v", "0")
    # Whether two meet is chance, and on a busy machine they take turns.
    tries = (run_crowd(settings, writers=8, each=25, is_guarded=False)["errors"] for _ in range(20))
    assert any(tries), "the test of the lock proves nothing"
