"""Whoever takes a part over has its login to the database, and can do nothing with it that the part does not do."""

import pytest
from psycopg import errors

from tests.nejtilbander.operations.database_roles.driver import PASSWORDS
from tests.nejtilbander.operations.database_roles.scripts import SOMETHING_OF_EVERYTHING
from tests.support.site_scripts import script

pytestmark = [pytest.mark.postgres, pytest.mark.process]
USER = (
    "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active,"
    " date_joined) VALUES ('x', true, 'tyv', '', '', '', true, true, now())"
)
SESSION = "INSERT INTO django_session VALUES ('tyv', 'x', now() + interval '1 day')"
LETTER = (
    "INSERT INTO events_letter (id, state, due_at, created_at, is_urgent, lease, tries, error, kind, event_id, number,"
    " language, sealed, signup_id, bulk_letter_id, staff_id) SELECT gen_random_uuid(), 'waiting', now(), now(), true,"
    " '', 0, '', {}, (SELECT min(id) FROM events_event), 7, 'da', '', {}, {}, {}"
)
OPENING = "INSERT INTO events_accesslogentry (event_id, what, by_id, at) VALUES (1, 'door', 1, now())"
LINE = "INSERT INTO nejtilbander_auditline VALUES (1, now(), 'login', 1, 'x', '', '', '', 'x', 'y')"
APPROVAL = (
    "INSERT INTO nejtilbander_approval (action, what, which, change, state, is_once, asked_at, expires_at, decision,"
    " reason) VALUES ('contact list', 'events.event', '1', '{}', '', false, now(), now(), 'approved', '')"
)
APPROVAL_LETTER = "INSERT INTO nejtilbander_approvalletter (kind) VALUES ('asked')"
STAFF_LETTER = "INSERT INTO nejtilbander_staffletter (kind, user_id) VALUES ('invitation', 1)"
LINK = "INSERT INTO nejtilbander_loginlink (user_id, hash, expires_at) VALUES (1, 'x', now() + interval '1 day')"
LIFT = "INSERT INTO events_groupdecision (event_id, mark, decision, decided_at) VALUES (1, 'x', 'let_in', now())"
FACTOR = "INSERT INTO mfa_authenticator (type, data, user_id, created_at) VALUES ('totp', '{}', 1, now())"
ACCOUNT = "INSERT INTO socialaccount_socialaccount (provider, uid, user_id) VALUES ('login', 'tyv', 1)"
OF_ALL = {  # what no part does
    "makes a table": "CREATE TABLE tyv (x int)",
    "makes a temporary table": "CREATE TEMP TABLE tyv (x int)",
    "makes a schema": "CREATE SCHEMA tyv",
    "makes a function": "CREATE FUNCTION tyv() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "makes a trigger": "CREATE TRIGGER tyv BEFORE INSERT ON events_signup EXECUTE FUNCTION tyv()",
    "makes a policy": "CREATE POLICY tyv ON events_letter USING (true)",
    "takes row security away": "ALTER TABLE events_letter DISABLE ROW LEVEL SECURITY",
    "makes a role": "CREATE ROLE tyv SUPERUSER",
    "becomes superuser": "ALTER ROLE CURRENT_USER SUPERUSER",
    "becomes the owner": "SET ROLE postgres",
    "becomes another session": "SET SESSION AUTHORIZATION postgres",
    "joins those who read all": "GRANT pg_read_all_data TO CURRENT_USER",
    "runs a program": "COPY (SELECT 1) TO PROGRAM 'cat > /tmp/tyv'",
    "writes a file": "COPY (SELECT 1) TO '/tmp/tyv'",
    "reads a file": "SELECT pg_read_file('/etc/passwd')",
    "lists a folder": "SELECT pg_ls_dir('.')",
    "makes a large object": "SELECT lo_create(0)",
    "imports a large object": "SELECT lo_import('/etc/passwd')",
    "reads the roles' passwords": "SELECT * FROM pg_authid",
    "changes a setting of the server": "ALTER SYSTEM SET fsync = off",
    "hides what it does from the log": "SET log_min_messages = panic",
    "passes triggers by": "SET session_replication_role = replica",
    "empties a table": "TRUNCATE events_signup CASCADE",
    "drops a table": "DROP TABLE events_signup CASCADE",
    "deletes a line of the audit trail's history": "UPDATE nejtilbander_auditline SET words = ''",
    "makes the migrations look undone": "DELETE FROM django_migrations",
    "adds an extension": "CREATE EXTENSION adminpack",
    "makes a publication": "CREATE PUBLICATION tyv FOR ALL TABLES",
    "loads a library": "LOAD '/tmp/tyv.so'",
}
OF_PUBLIC = {
    "inserts a superuser": USER,
    "inserts a session": SESSION,
    "reads sessions": "SELECT * FROM django_session",
    "reads passwords": "SELECT password FROM auth_user",
    "reads who staff are": "SELECT email FROM auth_user",
    "reads the recognition index": "SELECT address_index FROM events_recognition",
    "compares the recognition index": "DELETE FROM events_recognition WHERE address_index = 'x'",
    "changes the recognition index": "UPDATE events_recognition SET address_index = NULL",
    "adds to the recognition index": "INSERT INTO events_recognition (signup_id) SELECT 1",
    "writes over a page": "UPDATE pages_page SET title_da = 'tyv'",
    "adds a page": "INSERT INTO pages_page (slug) VALUES ('tyv')",
    "deletes a page": "DELETE FROM pages_page",
    "writes over a meeting": "UPDATE events_event SET address = 'tyv'",
    "raises a notice": "INSERT INTO nejtilbander_notice (level) VALUES ('danger')",
    "redirects readers": "INSERT INTO nejtilbander_redirect (old_path, new_path, made_at) VALUES ('/a/', '/b/', now())",
    "swaps a picture": "DELETE FROM nejtilbander_rendition",
    "swaps a document": "UPDATE nejtilbander_documentfile SET body = ''",
    "reads a draft": "SELECT content FROM nejtilbander_version",
    "writes a draft": "UPDATE nejtilbander_version SET content = '{}'",
    "plans a publication": "UPDATE nejtilbander_version SET due_at = now()",
    "reads share links": "SELECT * FROM nejtilbander_sharedpreview",
    "makes a share link": "INSERT INTO nejtilbander_sharedpreview (kind) VALUES ('x')",
    "writes to all": LETTER.format("'bulk'", "(SELECT min(id) FROM events_signup)", "NULL", "NULL"),
    "writes to one what staff wrote": LETTER.format("'confirm'", "(SELECT min(id) FROM events_signup)", "1", "NULL"),
    "writes to staff": LETTER.format("'test'", "NULL", "NULL", "1"),
    "tells of an opening": LETTER.format("'opened'", "NULL", "NULL", "NULL"),
    "says that the meeting is cancelled": LETTER.format(
        "'cancelled'", "(SELECT min(id) FROM events_signup)", "NULL", "NULL"
    ),
    "sends an alarm to a visitor": LETTER.format("'alarm'", "(SELECT min(id) FROM events_signup)", "NULL", "NULL"),
    "marks letters sent": "UPDATE events_letter SET state = 'sent'",
    "reads the boxes of farewells": "SELECT sealed FROM events_letter",
    "reads the letters to all": "SELECT * FROM events_bulkletter",
    "changes the letter to all": "UPDATE events_bulkletter SET texts = '{}'",
    "adds an opening": OPENING,
    "deletes openings": "DELETE FROM events_accesslogentry",
    "reads openings": "SELECT * FROM events_accesslogentry",
    "adds to the audit trail": LINE,
    "reads the audit trail": "SELECT * FROM nejtilbander_auditline",
    "deletes from the audit trail": "DELETE FROM nejtilbander_auditline",
    "reads the admin's log": "SELECT * FROM django_admin_log",
    "swaps a meeting's key": "UPDATE events_seats SET public_key = 'x'",
    "adds seats": "UPDATE events_seats SET capacity = 20000",
    "closes sign-up": "UPDATE events_seats SET is_closed = true",
    "hides how often the list was opened": "UPDATE events_seats SET access_count = 0",
    "has a list erased": "UPDATE events_seats SET erased_at = now()",
    "has a sign-up recognised again": "UPDATE events_signup SET is_new = true",
    "swaps a sign-up's token": "UPDATE events_signup SET token_hash = 'x'",
    "moves a sign-up": "UPDATE events_signup SET event_id = 1",
    "reads questions": "SELECT * FROM events_question",
    "deletes questions": "DELETE FROM events_question",
    "reads needs": "SELECT * FROM events_need",
    "counts needs": "INSERT INTO events_need (kind) VALUES ('x')",
    "plays the worker's pulse": "UPDATE nejtilbander_heartbeat SET at = now()",
    "deletes what was counted": "DELETE FROM nejtilbander_count",
    "gives a role more": "INSERT INTO auth_group_permissions (group_id, permission_id) VALUES (1, 1)",
    "gives itself more": "GRANT SELECT ON auth_user TO PUBLIC",
    "reads who asked for what": "SELECT change FROM nejtilbander_approval",
    "says yes itself": "UPDATE nejtilbander_approval SET decision = 'approved'",
    "puts a yes there": APPROVAL,
    "takes a request away": "DELETE FROM nejtilbander_approval",
    "takes the letter about a request away": "DELETE FROM nejtilbander_approvalletter",
    "writes about a request": APPROVAL_LETTER,
    "makes a link to a password": LINK,
    "reads links to passwords": "SELECT hash FROM nejtilbander_loginlink",
    "has a link to a password sent": STAFF_LETTER,
    "reads second factors": "SELECT data FROM mfa_authenticator",
    "adds a second factor": FACTOR,
    "takes second factors away": "DELETE FROM mfa_authenticator",
    "reads who logs in with the sign-on": "SELECT * FROM socialaccount_socialaccount",
    "logs in as somebody with the sign-on": ACCOUNT,
    "forgets wrong passwords": "DELETE FROM staff_cache",
    "writes used codes": "INSERT INTO staff_cache VALUES ('x', 'x', now())",
    "swaps the signature of a key": "UPDATE events_seats SET key_signature = 'x'",
    "moves the first end": "UPDATE events_seats SET first_end = now()",
    "stops alarms": "UPDATE events_seats SET alarmed_on = current_date",
    "uses a ticket again": "UPDATE events_signup SET nonce_hash = 'x'",
    "signs a letter to all": "UPDATE events_bulkletter SET signature = 'x'",
    "reads marks": "SELECT domain_index FROM events_recognition",
    "reads duplicates": "SELECT is_somebody FROM events_recognition",
    "lifts a cap": LIFT,
    "reads what was decided about groups": "SELECT * FROM events_groupdecision",
    "reads counts": "SELECT * FROM events_keptcounts",
    "writes counts": "UPDATE events_keptcounts SET numbers = '{}'",
    "makes a page be found": "UPDATE nejtilbander_searchentry SET words = 'tyv'",
    "hides a page from search": "DELETE FROM nejtilbander_searchentry",
    "tells that it was tampered with": LETTER.format("'tampered'", "NULL", "NULL", "NULL"),
    "tells of a concentration": LETTER.format("'concentration'", "NULL", "NULL", "NULL"),
    "takes somebody out by a farewell": LETTER.format("'taken_out'", "NULL", "NULL", "NULL"),
    "reads originals of pictures": "SELECT * FROM nejtilbander_original",
    "says what was checked before launch": "DELETE FROM nejtilbander_launchtick",
}
OF_WORKER = {
    "inserts a superuser": USER,
    "becomes an administrator": "UPDATE auth_user SET is_superuser = true",
    "reads passwords": "SELECT password FROM auth_user",
    "reads sessions": "SELECT * FROM django_session",
    "inserts a session": SESSION,
    "writes a draft": "UPDATE nejtilbander_version SET content = '{}'",
    "adds a version": "INSERT INTO nejtilbander_version (kind) VALUES ('x')",
    "adds a page": "INSERT INTO pages_page (slug) VALUES ('tyv')",
    "deletes a page": "DELETE FROM pages_page",
    "adds a meeting": "INSERT INTO events_event (slug) VALUES ('tyv')",
    "writes a letter to all": "INSERT INTO events_bulkletter (texts) VALUES ('{}')",
    "changes the letter to all": "UPDATE events_bulkletter SET texts = '{}'",
    "adds an opening": OPENING,
    "changes the audit trail": "UPDATE nejtilbander_auditline SET words = ''",
    "reads share links": "SELECT * FROM nejtilbander_sharedpreview",
    "reads the admin's log": "SELECT * FROM django_admin_log",
    "gives a role more": "INSERT INTO auth_group_permissions (group_id, permission_id) VALUES (1, 1)",
    "puts a yes there": APPROVAL,
    "says yes itself": "UPDATE nejtilbander_approval SET decision = 'approved'",
    "writes about a request": APPROVAL_LETTER,
    "invites somebody": STAFF_LETTER,
    "changes a link to a password": "UPDATE nejtilbander_loginlink SET user_id = 1",
    "reads second factors": "SELECT data FROM mfa_authenticator",
    "adds a second factor": FACTOR,
    "takes second factors away": "DELETE FROM mfa_authenticator",
    "logs in as somebody with the sign-on": ACCOUNT,
    "forgets wrong passwords": "DELETE FROM staff_cache",
    "gives a role": "INSERT INTO auth_user_groups (user_id, group_id) VALUES (1, 1)",
    "lifts a cap": LIFT,
    "changes what was decided about a group": "UPDATE events_groupdecision SET mark = 'x'",
    "signs a letter to all": "UPDATE events_bulkletter SET signature = 'x'",
    "adds seats": "UPDATE events_seats SET capacity = 20000",
    "hides how often the list was opened": "UPDATE events_seats SET access_count = 0",
}
OF_STAFF = {
    "deletes from the audit trail": "DELETE FROM nejtilbander_auditline",
    "changes the audit trail": "UPDATE nejtilbander_auditline SET words = ''",
    "changes an opening": "UPDATE events_accesslogentry SET at = now()",
    "changes the admin's log": "UPDATE django_admin_log SET change_message = ''",
    "reads the recognition index": "SELECT address_index FROM events_recognition",
    "invents a sign-up": "INSERT INTO events_signup (id) VALUES (1)",
    "swaps a sign-up's box": "UPDATE events_signup SET sealed = ''",
    "confirms a sign-up": "UPDATE events_signup SET verified = true",
    "asks for a link to a sign-up": LETTER.format("'again'", "(SELECT min(id) FROM events_signup)", "NULL", "NULL"),
    "sends a farewell": LETTER.format("'forgotten'", "NULL", "NULL", "NULL"),
    "swaps a letter's box": "UPDATE events_letter SET sealed = ''",
    "gives a role more": "INSERT INTO auth_group_permissions (group_id, permission_id) VALUES (1, 1)",
    "makes a role": "INSERT INTO auth_group (name) VALUES ('tyv')",
    "plays the worker's pulse": "UPDATE nejtilbander_heartbeat SET at = now()",
    "reads the index of mailboxes": "SELECT mailbox_index FROM events_recognition",
    "reads whom a duplicate is of": "SELECT original_id FROM events_recognition",
    "changes a mark": "UPDATE events_recognition SET domain_index = 'x'",
    "asks for more seats": "UPDATE events_signup SET wanted = 6",
    "refuses more seats": "UPDATE events_signup SET refused = 6",
    "takes a sign-up out": "UPDATE events_signup SET state = 'refused'",
    "cancels a sign-up": "UPDATE events_signup SET state = 'cancelled'",
    "writes the farewell of one taken out": LETTER.format("'taken_out'", "NULL", "NULL", "NULL"),
    "says that a group was taken out": "UPDATE events_groupdecision SET done_at = now()",
    "decides as if it were done": (
        "INSERT INTO events_groupdecision (event_id, mark, decision, decided_at, done_at)"
        " SELECT min(id), 'x', 'let_in', now(), now() FROM events_event"
    ),
    "changes what was asked for": "UPDATE nejtilbander_approval SET change = '{}'",
    "takes a request away": "DELETE FROM nejtilbander_approval",
    "takes the letter about a request away": "DELETE FROM nejtilbander_approvalletter",
    "stops the letter about a request": "UPDATE nejtilbander_approvalletter SET state = 'sent'",
    "makes a link to a password": LINK,
    "gives a link to another": "UPDATE nejtilbander_loginlink SET user_id = 1",
    "stops alarms": "UPDATE events_seats SET alarmed_on = current_date",
    "writes counts": "UPDATE events_keptcounts SET numbers = '{}'",
    "says what links are whole": "DELETE FROM nejtilbander_checkedlink",
}
ABUSES = [
    (role, what, sql)
    for role, own in {"public": OF_PUBLIC, "worker": OF_WORKER, "staff": OF_STAFF}.items()
    for what, sql in {**OF_ALL, **own}.items()
]
NO_ROWS = {  # refused row by row: staff's own work deletes others of the table
    "an opening of a list that is there": ("events_accesslogentry", "DELETE FROM events_accesslogentry"),
    "the admin's log": ("django_admin_log", "DELETE FROM django_admin_log"),
    "a sign-up": ("events_signup", "DELETE FROM events_signup"),
    "what was decided about a group": ("events_groupdecision", "DELETE FROM events_groupdecision"),
    "a letter about an opening": ("events_letter", "DELETE FROM events_letter WHERE kind = 'opened'"),
}


@pytest.fixture(scope="module")
def logins(site):
    """An open connection of each part, by its role, and something in every table that they could take."""
    script(site.owner(SITE_ROLE="all"), SOMETHING_OF_EVERYTHING)
    found = {role: site.connect(role) for role in PASSWORDS}
    yield found
    for connection in found.values():
        connection.close()


@pytest.mark.parametrize(("role", "what", "sql"), ABUSES, ids=[f"{role} {what}" for role, what, _ in ABUSES])
def test_what_a_part_does_not_do_it_may_not(logins, role, what, sql):
    with pytest.raises(errors.InsufficientPrivilege):
        logins[role].execute(sql)


@pytest.mark.parametrize("what", NO_ROWS)
def test_staff_delete_nothing_that_tells_of_them_or_of_visitors(site, logins, what):
    table, sql = NO_ROWS[what]
    before = site.rows(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
    assert before != [(0,)]

    logins["staff"].execute(sql)

    assert site.rows(f"SELECT count(*) FROM {table}") == before  # noqa: S608


@pytest.mark.parametrize("role", ["public", "staff"])
def test_a_letter_about_an_opening_is_neither_deleted_nor_marked_sent(site, logins, role):
    logins[role].execute("DELETE FROM events_letter WHERE kind = 'opened'")
    if role == "staff":
        logins[role].execute("UPDATE events_letter SET state = 'sent' WHERE kind = 'opened'")
    kept = "SELECT DISTINCT state FROM events_letter WHERE kind = 'opened' AND language = 'fa'"
    assert site.rows(kept) == [("waiting",)]


@pytest.mark.parametrize("state", ["cancelled", "refused", "offered"])
def test_staff_change_no_sign_up_but_the_one_that_waits(site, logins, state):
    states = "SELECT id, state FROM events_signup ORDER BY id"
    before = site.rows(states)

    changed = logins["staff"].execute("UPDATE events_signup SET state = %s WHERE state <> 'waiting'", [state])

    assert (changed.rowcount, site.rows(states)) == (0, before)


def test_a_backup_is_read_and_nothing_is_written_by_its_login(logins):
    assert logins["backup"].execute("SELECT count(*) FROM events_letter").fetchone()
    for sql in (USER, SESSION, "DELETE FROM events_signup", "CREATE TABLE tyv (x int)", "SET ROLE postgres"):
        with pytest.raises(errors.InsufficientPrivilege):
            logins["backup"].execute(sql)
